import { describe, expect, it } from 'vitest'
import type { WorkloadResult } from './results.ts'
import { verdicts } from './verdicts.ts'

const small = (rounds: WorkloadResult['rounds']): WorkloadResult[] => [
  { workload: 'small', about: '', columns: [], rounds, voids: {}, leftOut: {} },
]
const figures = (perSecond: number, cpuUs: number, busy: number): Record<string, number[]> => ({
  perSecond: [perSecond, perSecond, perSecond],
  cpuUs: [cpuUs, cpuUs, cpuUs],
  busy: [busy, busy, busy],
})

describe('verdicts', () => {
  it('judges throughput by throughput when both kept their core busy', () => {
    const results = small({ nginx: figures(1000, 20, 0.99), 'ingresskit-wire': figures(790, 20, 0.98) })
    expect(verdicts(results)).toEqual([
      { text: 'small, perSecond: 0.79 (0.79–0.79) × nginx, wanted at least 0.8', isMet: false },
      { text: 'small, cpuUs: 1.00 (1.00–1.00) × nginx, wanted at most 1.25', isMet: true },
    ])
  })

  it('judges throughput by CPU time when one of them waited for the load', () => {
    const results = small({ nginx: figures(1000, 20, 0.5), 'ingresskit-wire': figures(1000, 40, 0.99) })
    expect(verdicts(results)[0]).toEqual({
      text: 'small, requests per CPU second (a core was not kept busy): 0.50 (0.50–0.50) × nginx, wanted at least 0.8',
      isMet: false,
    })
  })

  it('holds figures of our own against fixed bounds', () => {
    const rounds = { 'ingresskit-wire': { growth: [1.05, 1.2, 1.08] } }
    expect(verdicts([{ workload: 'memory', about: '', columns: [], rounds, voids: {}, leftOut: {} }])).toEqual([
      { text: 'memory, growth: 1.08, wanted at most 1.1', isMet: true },
    ])
  })

  it('says nothing about what was not measured', () => {
    expect(verdicts(small({ nginx: figures(1000, 20, 1) }))).toEqual([])
    expect(verdicts(small({ 'ingresskit-wire': figures(1000, 20, 1) }))).toEqual([])
  })

  it('takes a figure that is no number for a target that is not met', () => {
    const results = small({ nginx: figures(1000, Number.NaN, 1), 'ingresskit-wire': figures(1000, 20, 1) })
    expect(verdicts(results).map(({ isMet }) => isMet)).toEqual([true, false])
    const added = (value: number): Record<string, number[]> => ({ addedP99Ms: [value] })
    const rounds = { nginx: added(-5), 'ingresskit-wire': added(60) }
    expect(verdicts([{ workload: 'latency', about: '', columns: [], rounds, voids: {}, leftOut: {} }])).toEqual([
      { text: expect.stringContaining('NaN'), isMet: false },
    ])
  })
})
