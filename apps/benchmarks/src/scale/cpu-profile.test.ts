import { expect, it } from 'vitest'
import { type CpuProfile, functionTimes } from './cpu-profile.ts'

const frame = (functionName: string, url = ''): CpuProfile['nodes'][number]['callFrame'] => ({
  functionName,
  url,
  lineNumber: 4,
})
const profile: CpuProfile = {
  nodes: [
    { id: 1, callFrame: frame('(root)'), children: [2, 5] },
    { id: 2, callFrame: frame('outer', 'file:///repo/packages/p/dist/outer.js'), children: [3] },
    { id: 3, callFrame: frame('inner'), children: [4] },
    { id: 4, callFrame: frame('outer', 'file:///repo/packages/p/dist/outer.js') },
    { id: 5, callFrame: frame('(idle)') },
  ],
  startTime: 1_000_000,
  endTime: 1_010_000,
  samples: [2, 3, 4, 5, 2],
  timeDeltas: [0, 1000, 2000, 3000, 4000],
}

it('adds up the time of each function by itself and with what it calls, calls of itself once', () => {
  expect(functionTimes(profile, { fromUs: 0, toUs: 2_000_000 })).toEqual([
    { name: 'outer p/dist/outer.js:5', selfMs: 4, totalMs: 6 },
    { name: 'inner', selfMs: 2, totalMs: 5 },
  ])
})

it('counts only what lies between the two moments', () => {
  expect(functionTimes(profile, { fromUs: 1_001_000, toUs: 1_003_000 })).toEqual([
    { name: 'outer p/dist/outer.js:5', selfMs: 0, totalMs: 2 },
    { name: 'inner', selfMs: 2, totalMs: 2 },
  ])
})
