import { describe, expect, it } from 'vitest'
import { parseOptions } from './options.ts'

const known = ['small', 'ten-kb', 'memory'] as const

describe('parseOptions', () => {
  it('takes everything when nothing is said', () => {
    expect(parseOptions([], known)).toMatchObject({
      kind: 'run',
      options: { workloads: known, rounds: 3, seconds: 5, scale: 'full' },
    })
  })

  it('takes what is named, in its own order', () => {
    const args = ['--workload', 'memory', '--workload', 'small', '--contestant', 'haproxy', '--contestant', 'nginx']
    expect(parseOptions(args, known)).toMatchObject({
      options: { workloads: ['small', 'memory'], contestants: ['nginx', 'haproxy'] },
    })
  })

  it('lets numbers of its own prevail over --quick', () => {
    expect(parseOptions(['--quick', '--seconds', '4'], known)).toMatchObject({
      options: { rounds: 1, seconds: 4, scale: 'quick' },
    })
  })

  it.each([
    [['--workload', 'large'], /--workload large is none of small, ten-kb, memory/],
    [['--contestant', 'envoy'], /--contestant envoy is none of nginx/],
    [['--rounds', '0'], /--rounds 0 is not a whole number/],
    [['--seconds', '1.5'], /--seconds 1.5 is not a whole number/],
    [['--colour'], /--colour/],
    [['small'], /small/],
  ])('refuses %j', (args, message) => {
    const parsed = parseOptions(args, known)
    expect(parsed.kind === 'wrong' ? parsed.message : parsed.kind).toMatch(message)
  })

  it('names every workload in its help', () => {
    const parsed = parseOptions(['--help'], known)
    for (const name of known) expect(parsed.kind === 'help' ? parsed.text : '').toContain(name)
  })
})
