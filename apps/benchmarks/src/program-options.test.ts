import { expect, it } from 'vitest'
import { defaultSeed, parseProgramOptions } from './program-options.ts'

it('runs in full with the seed of the README and prints only, unless something else is said', () => {
  expect(parseProgramOptions([])).toEqual({
    kind: 'run',
    options: { seed: defaultSeed, scale: 'full', goal: 'print' },
  })
  expect(parseProgramOptions(['--seed', '7', '--quick'])).toEqual({
    kind: 'run',
    options: { seed: 7, scale: 'quick', goal: 'print' },
  })
  expect(parseProgramOptions(['--write'])).toMatchObject({ kind: 'run', options: { goal: 'write' } })
  expect(parseProgramOptions(['--help'])).toEqual({ kind: 'help' })
})

it('writes nothing into the README that is not the full run with its seed', () => {
  expect(parseProgramOptions(['--write', '--quick'])).toMatchObject({ kind: 'wrong' })
  expect(parseProgramOptions(['--write', '--seed', '7'])).toMatchObject({ kind: 'wrong' })
})

it('says what is wrong', () => {
  expect(parseProgramOptions(['--seed', 'x'])).toEqual({
    kind: 'wrong',
    message: '--seed x is not a whole number from 0 to 999999999',
  })
  expect(parseProgramOptions(['--sed', '1'])).toMatchObject({ kind: 'wrong' })
})
