import { expect, it } from 'vitest'
import { parseScaleOptions } from './scale-options.ts'

it('takes the sizes of the targets when nothing is said', () => {
  expect(parseScaleOptions([])).toMatchObject({
    kind: 'run',
    options: { ingresses: 10_000, paths: 3, services: 1000, endpoints: 100_000, events: 500, seconds: 30, probes: 200 },
  })
})

it('takes single sizes beside --small', () => {
  expect(parseScaleOptions(['--small', '--events', '7'])).toMatchObject({ options: { ingresses: 200, events: 7 } })
})

it.each([
  [['--events', '0'], '--events 0 is not a whole number from 1 to 999999'],
  [['--workers', 'auto'], '--workers auto is not a whole number from 1 to 999999'],
  [['--services', '10', '--endpoints', '9'], '--endpoints must be at least as many as --services'],
  [['--small', '--write'], '--write does not go with --small'],
])('refuses %j', (args, message) => {
  expect(parseScaleOptions(args)).toEqual({ kind: 'wrong', message })
})
