/** A line of the cost table about a balancer of @ingresskit/load-balancing. */

import type { Balancer, Completion, Endpoint, PickInput } from '@ingresskit/load-balancing'
import type { CostCase, Expectation, Picker } from './cost-case.ts'
import { clientKeys, endpointsOf, manyKeys } from './site-input.ts'

/** How it differs from the ordinary. */
export interface BalancerCase {
  readonly name: string
  readonly group: 'strategy' | 'around'
  readonly endpoints?: number
  readonly weights?: 'equal' | 'weighted'
  readonly expects: Expectation
  /** What a pick is given; `sessions` are tokens that the balancer gave out. Default: nothing. */
  readonly input?: 'hashKey' | 'sessions'
  readonly avoided?: (endpoints: readonly Endpoint[]) => ReadonlySet<string>
  readonly make: (endpoints: readonly Endpoint[]) => Balancer<Endpoint>
}

/** Attempts in flight, for each endpoint. */
export const inFlightEach = 10

export function balancerCase(of: BalancerCase): CostCase {
  const { name, group, expects, make } = of
  const endpoints = endpointsOf(of.endpoints ?? 1000, of.weights)
  return {
    name,
    group,
    endpoints: endpoints.length,
    expects,
    prepare: seed => pickerOf(of, endpoints, seed),
    // With the first pick by a hash key: some strategies are built only then.
    build: () => make(endpoints).pick(firstKey),
    changes() {
      let balancer = make(endpoints)
      const left = Math.floor(endpoints.length / 3)
      const fewer = endpoints.filter((_, index) => index !== left)
      let isLeaving = false
      return () => {
        isLeaving = !isLeaving
        balancer = balancer.withEndpoints(isLeaving ? fewer : endpoints)
        balancer.pick(firstKey)
      }
    },
  }
}

const firstKey: PickInput = { hashKey: 'the first request' }

function pickerOf(of: BalancerCase, endpoints: readonly Endpoint[], seed: number): Picker {
  const balancer = of.make(endpoints)
  const inputs = of.input === 'sessions' ? sessionsOf(balancer, endpoints.length) : clientKeys(manyKeys, seed)
  const pickEndpoint = (given: PickInput): Endpoint => {
    const result = balancer.pick(given)
    if (result.kind === 'none') throw new Error(`${of.name} must pick an endpoint`)
    return result.endpoint
  }
  const pick = {
    hashKey: (input: string) => pickEndpoint({ hashKey: input }),
    sessions: (input: string) => pickEndpoint({ session: input }),
    none: () => pickEndpoint(nothing),
  }[of.input ?? 'none']

  const avoided = of.avoided?.(endpoints)
  const inFlight = inputs.slice(0, inFlightEach * (endpoints.length - (avoided?.size ?? 0))).map(input => {
    const endpoint = pick(input)
    balancer.started(endpoint)
    return endpoint
  })
  let oldest = 0
  return {
    inputs,
    pick,
    pickAndCount(input) {
      const endpoint = pick(input)
      const ended = inFlight[oldest]
      if (ended !== undefined) balancer.finished(ended, completions[oldest & 7] ?? succeeded)
      inFlight[oldest] = endpoint
      balancer.started(endpoint)
      oldest = oldest + 1 === inFlight.length ? 0 : oldest + 1
    },
    pickedKey: input => pick(input).key,
    ...(avoided === undefined ? {} : { avoided }),
    cycle: endpoints.reduce((sum, { weight }) => sum + (weight ?? 1), 0),
  }
}

const nothing: PickInput = {}
const succeeded: Completion = { outcome: 'success', status: 200, latencyMs: 10 }
const completions: readonly Completion[] = Array.from({ length: 8 }, (_, index) => ({
  ...succeeded,
  latencyMs: 7 + index,
}))

/** Ten clients for each endpoint. */
function sessionsOf(balancer: Balancer<Endpoint>, count: number): readonly string[] {
  return Array.from({ length: inFlightEach * count }, () => {
    const result = balancer.pick(nothing)
    if (result.kind === 'none' || result.session === undefined) throw new Error('a new client must be given a session')
    return result.session
  })
}
