import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import '../test/seed.ts'
import { healthCheckDefaults } from './health-check-settings.ts'
import { type HealthCheckState, healthCheckState } from './health-check-state.ts'

const results = fc.array(fc.constantFrom('passed', 'failed'), { maxLength: 60 })
const stateOf = (keys: readonly string[], healthyThreshold = 2, unhealthyThreshold = 3): HealthCheckState => {
  const state = healthCheckState({ healthyThreshold, unhealthyThreshold })
  state.members(keys)
  return state
}
const report = (state: HealthCheckState, key: string, script: string): void => {
  for (const letter of script) state.report(key, letter === '+' ? 'passed' : 'failed')
}

describe('healthCheckState', () => {
  it('takes a new endpoint for healthy until it failed often enough in a row', () => {
    const state = stateOf(['a', 'b'])
    report(state, 'a', '--+--')
    expect([...state.unhealthy()]).toEqual([])
    report(state, 'a', '-')
    expect([...state.unhealthy()]).toEqual(['a'])
  })

  it('takes it for healthy again when it passed often enough in a row', () => {
    const state = stateOf(['a'])
    report(state, 'a', '---+-+')
    expect([...state.unhealthy()]).toEqual(['a'])
    report(state, 'a', '+')
    expect([...state.unhealthy()]).toEqual([])
  })

  it('turns only after a whole row of contrary results, and then always', () => {
    const threshold = fc.integer({ min: 1, max: 4 })
    fc.assert(
      fc.property(results, threshold, threshold, (script, healthy, unhealthy) => {
        const state = stateOf(['a'], healthy, unhealthy)
        const seen: string[] = []
        for (const result of script) {
          const before = state.unhealthy().has('a')
          state.report('a', result)
          seen.push(result)
          const [needed, contrary] = before ? [healthy, 'passed'] : [unhealthy, 'failed']
          const isRow = seen.length >= needed && seen.slice(-needed).every(one => one === contrary)
          expect(state.unhealthy().has('a')).toBe(isRow ? !before : before)
          if (isRow) seen.length = 0
        }
      }),
    )
  })

  it('gives the same set while nobody turns, and never changes one that it gave', () => {
    const state = stateOf(['a', 'b'])
    const none = state.unhealthy()
    report(state, 'a', '--')
    expect(state.unhealthy()).toBe(none)
    report(state, 'a', '-')
    const one = state.unhealthy()
    report(state, 'b', '---')
    expect([[...none], [...one], [...state.unhealthy()]]).toEqual([[], ['a'], ['a', 'b']])
    const both = state.unhealthy()
    state.members(['b', 'a', 'c'])
    expect(state.unhealthy()).toBe(both)
  })

  it('keeps what it knows of those that stay, and forgets those that leave', () => {
    const state = stateOf(['a', 'b'])
    report(state, 'a', '---')
    report(state, 'b', '--')
    state.members(['b'])
    expect([...state.unhealthy()]).toEqual([])
    report(state, 'a', '---')
    state.members(['a', 'b'])
    expect([...state.unhealthy()]).toEqual([])
    report(state, 'b', '-')
    report(state, 'a', '--')
    expect([...state.unhealthy()]).toEqual(['b'])
  })

  it('refuses thresholds that could never be reached, and takes its own defaults', () => {
    expect(() => stateOf([], 0)).toThrow('"healthyThreshold" is 0')
    expect(() => stateOf([], 1, 1.5)).toThrow('"unhealthyThreshold" is 1.5')
    expect(healthCheckState(healthCheckDefaults).unhealthy().size).toBe(0)
  })
})
