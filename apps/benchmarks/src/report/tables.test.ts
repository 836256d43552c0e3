import { describe, expect, it } from 'vitest'
import type { Results } from './results.ts'
import { tables } from './tables.ts'

const results: Results = {
  date: '2026-11-25T12:00',
  commit: 'abc1234',
  machine: { cpu: 'Some CPU', cores: 2, memoryGiB: 24, kernel: '6.1' },
  versions: { node: '26.10.0' },
  roundsOfEach: 3,
  secondsOfEach: 5,
  workloads: [
    {
      workload: 'small',
      about: '100 bytes',
      columns: [
        { figure: 'cpuUs', unit: 'µs CPU a request' },
        { figure: 'perSecond', unit: 'requests a second' },
      ],
      rounds: {
        nginx: { cpuUs: [20, 25, 30], perSecond: [30_000, 31_000, 32_000], busy: [1, 1, 1] },
        'ingresskit-wire': { cpuUs: [30, 30, 30], perSecond: [27_000, 31_000, 32_000], busy: [1, 1, 1] },
      },
      voids: { haproxy: '3 errors' },
      leftOut: { undici: 'it has no upgrade' },
    },
  ],
}

describe('tables', () => {
  it('names machine, versions and what was measured how often', () => {
    expect(tables(results)).toContain('commit abc1234; Some CPU, 2 cores, 24 GiB, Linux 6.1; node 26.10.0.')
    expect(tables(results)).toContain('Medians of 3 rounds of 5 s')
  })

  it('gives medians with their spread, and ratios with theirs', () => {
    const text = tables(results)
    expect(text).toContain('| | µs CPU a request | requests a second | × nginx | × http-proxy-3 |')
    expect(text).toContain('| nginx | 25.0 (20.0–30.0) | 31,000 (30,000–32,000) |  |  |')
    expect(text).toContain('| ingresskit-wire | 30.0 (30.0–30.0) | 31,000 (27,000–32,000) | 1.20 (1.00–1.50) |  |')
  })

  it('says who is missing and why, and gives them no row', () => {
    const text = tables(results)
    expect(text).toContain('Without undici: it has no upgrade; haproxy: 3 errors.')
    expect(text).not.toContain('| haproxy')
  })

  it('says which targets are met', () => {
    expect(tables(results)).toContain('| small, cpuUs: 1.20 (1.00–1.50) × nginx, wanted at most 1.25 | met |')
  })
})
