import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seeded } from '../test/seed.ts'
import type { Balancer, Endpoint } from './balancer.ts'
import { type InFlight, localInFlight } from './in-flight.ts'
import { LoadBalancingError } from './load-balancing-error.ts'
import { retryBudget } from './retry-budget.ts'
import { roundRobin } from './round-robin.ts'

const [a, b] = [{ key: 'a' }, { key: 'b' }]
const retry = { excluded: new Set(['a']) }
const exhausted = { kind: 'none', reason: 'retry-budget-exhausted' }

const budgetOf = (
  options: { readonly percent?: number; readonly minimum?: number } = {},
  counts: InFlight = localInFlight(),
): Balancer<Endpoint> => retryBudget(roundRobin<Endpoint>([a, b]), { ...options, counts })

const begin = (balancer: Balancer<Endpoint>, count: number, isRetry: boolean): void => {
  for (let attempt = 0; attempt < count; attempt += 1) balancer.started(a, { isRetry })
}

/** Retries that are let through one after the other while those before them are in flight. */
const retriesLeft = (balancer: Balancer<Endpoint>): number => {
  let retries = 0
  for (; balancer.pick(retry).kind === 'picked'; retries += 1) balancer.started(b, { isRetry: true })
  return retries
}

describe(seeded('retryBudget'), () => {
  it.each([
    [0, 3],
    [15, 3],
    [20, 4],
    [24, 4],
    [100, 20],
  ])('allows with %d first attempts in flight %d retries by default', (requests, allowed) => {
    const balancer = budgetOf()
    begin(balancer, requests, false)
    expect(retriesLeft(balancer)).toBe(allowed)
    expect(balancer.pick(retry)).toEqual(exhausted)
  })

  it('never refuses a first attempt, nor one that excludes nothing', () => {
    const balancer = budgetOf({ percent: 0, minimum: 0 })
    begin(balancer, 10, true)
    expect(balancer.pick({}).kind).toBe('picked')
    expect(balancer.pick({ excluded: new Set() }).kind).toBe('picked')
    expect(balancer.pick(retry)).toEqual(exhausted)
  })

  it('takes no turn of the wrapped balancer for a refused retry', () => {
    const balancer = budgetOf({ percent: 0, minimum: 0 })
    expect(balancer.pick({})).toMatchObject({ kind: 'picked', endpoint: a })
    balancer.pick(retry)
    expect(balancer.pick({})).toMatchObject({ kind: 'picked', endpoint: b })
  })

  it('allows a retry again when one has ended', () => {
    const balancer = budgetOf({ minimum: 1 })
    begin(balancer, 1, true)
    expect(balancer.pick(retry)).toEqual(exhausted)
    balancer.finished(a, { outcome: 'failure', isRetry: true })
    expect(balancer.pick(retry).kind).toBe('picked')
  })

  it('goes on with its counts when endpoints leave, join and return', () => {
    const first = budgetOf({ minimum: 2 })
    begin(first, 1, true)
    const without = first.withEndpoints([b])
    begin(without, 1, true)
    const again = without.withEndpoints([a, b])
    expect(again.pick(retry)).toEqual(exhausted)
    first.finished(a, { outcome: 'failure', isRetry: true })
    expect(again.pick(retry)).toMatchObject({ kind: 'picked', endpoint: b })
    expect(again.inFlight('a')).toBe(1)
  })

  it.each([
    ['percent', -1],
    ['percent', 101],
    ['minimum', 0.5],
  ] as const)('refuses the %s %d by name', (name, value) => {
    expect(() => budgetOf({ [name]: value })).toThrow(LoadBalancingError)
    expect(() => budgetOf({ [name]: value })).toThrow(`option "${name}" is ${value}`)
  })

  it('keeps the attempts within (100 + percent) % of the requests plus the minimum under a total outage, at every step', () => {
    fc.assert(
      fc.property(budgets, fc.integer({ min: 1, max: 300 }), (budget, concurrent) => {
        const balancer = budgetOf(budget)
        const most = concurrent + (budget.percent / 100) * concurrent + budget.minimum
        // One request arrives per step and each attempt fails after as many steps as there are requests on their first attempt.
        const open: { readonly endsAt: number; readonly isRetry: boolean }[] = []
        const start = (step: number, isRetry: boolean): void => {
          balancer.started(a, { isRetry })
          open.push({ endsAt: step + concurrent, isRetry })
          expect(open.length).toBeLessThanOrEqual(most)
        }
        for (let step = 0; step < 4 * concurrent; step += 1) {
          start(step, false)
          while (open[0]?.endsAt === step + 1) {
            const ended = open.shift()
            balancer.finished(a, { outcome: 'failure', isRetry: ended?.isRetry ?? false })
            // Nobody gives up before the budget says so.
            if (balancer.pick(retry).kind === 'picked') start(step + 1, true)
          }
        }
      }),
    )
  })

  it('lets no retry begin that would be one too many, whatever began and ended before', () => {
    fc.assert(
      fc.property(budgets, fc.array(steps, { maxLength: 80 }), (budget, script) => {
        const balancer = budgetOf(budget)
        const open = { first: 0, retry: 0 }
        for (const { kind, begins } of script) {
          const isRetry = kind === 'retry'
          const allowed = Math.max(budget.minimum, (budget.percent / 100) * open.first)
          if (!begins) {
            if (open[kind] > 0) balancer.finished(a, { outcome: 'failure', isRetry })
            open[kind] = Math.max(0, open[kind] - 1)
            continue
          }
          const isPicked = balancer.pick(isRetry ? retry : {}).kind === 'picked'
          expect(isPicked).toBe(!isRetry || open.retry + 1 <= allowed)
          if (!isPicked) continue
          balancer.started(a, { isRetry })
          open[kind] += 1
        }
      }),
    )
  })
})

const budgets = fc.record({ percent: fc.constantFrom(0, 10, 20, 50, 100), minimum: fc.nat(5) })
const steps = fc.record({
  kind: fc.constantFrom('first' as const, 'first' as const, 'retry' as const),
  begins: fc.boolean(),
})
