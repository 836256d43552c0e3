/** Lets endpoints that join warm up: their share of the requests grows over some time. */

import type { Balancer, Endpoint, PickInput, PickResult } from './balancer.ts'
import { murmurHash3 } from './murmur-hash3.ts'
import { numberOption } from './number-option.ts'
import { seededRandom } from './seeded-random.ts'
import { admits, type Newcomer, type Turns } from './slow-start-admission.ts'
import { steadyClock } from './steady-clock.ts'

/** How endpoints warm up. */
export interface SlowStartOptions {
  /** How long an endpoint is young; 0 = no slow start. */
  readonly windowMs: number
  /**
   * Shape of the growth: a young endpoint gets its full share times (age / window)^(1 / aggression). Above 0; default 1, which
   * is linear; above 1 most of the growth comes early.
   */
  readonly aggression?: number
  /** The least part of its full share that a young endpoint gets: 0 to 1, default 0.1. */
  readonly minimum?: number
  /** A clock in milliseconds; no step back of it does harm. */
  readonly now: () => number
  /** Numbers from 0 to below 1, so that several balancers do not send their first requests at once. Default: a fixed sequence. */
  readonly random?: () => number
}

/**
 * A balancer that gives endpoints which came by `withEndpoints` less than their share at first.
 *
 * An offer of the strategy that a young endpoint does not take is made again with it excluded; when nobody else is left, it
 * takes it after all. With a hash key the key decides: it moves to the young endpoint once, and stays there (give hash keys to
 * hash strategies only). The endpoints of the first set are not young, nor is anybody when all of weight above 0 are. Who
 * leaves and returns begins again; going to weight 0 and back changes nothing.
 *
 * Costs nothing when nobody is young. Otherwise a look at the clock, O(excluded), and one more pick for each offer that is
 * not taken. Memory: one record per young endpoint.
 *
 * @see Envoy, "Slow start mode" (intro/arch_overview/upstream/load_balancing/slow_start)
 * @throws LoadBalancingError `invalid-option`; `withEndpoints` as that of the balancer given.
 */
export const slowStart = <E extends Endpoint>(balancer: Balancer<E>, options: SlowStartOptions): Balancer<E> => {
  const windowMs = numberOption('windowMs', options.windowMs, { kind: 'number', from: 0 })
  const aggression = numberOption('aggression', options.aggression ?? 1, { kind: 'number', from: Number.EPSILON })
  const minimum = numberOption('minimum', options.minimum ?? 0.1, { kind: 'number', from: 0, to: 1 })
  const warmUp: WarmUp = {
    windowMs,
    part: ageMs => Math.max(minimum, (ageMs / windowMs) ** (1 / aggression)),
    time: steadyClock(options.now),
    random: options.random ?? seededRandom(0),
    turns: { count: 0 },
  }
  return generation(balancer, new Map(), warmUp)
}

/** What all generations share. */
interface WarmUp {
  readonly windowMs: number
  /** Part of its full share that an endpoint of this age gets. */
  readonly part: (ageMs: number) => number
  readonly time: () => number
  readonly random: () => number
  readonly turns: Turns
}

const generation = <E extends Endpoint>(
  inner: Balancer<E>,
  newcomers: ReadonlyMap<string, Newcomer>,
  warmUp: WarmUp,
): Balancer<E> => {
  const { windowMs, turns, random } = warmUp
  const weights = new Map(inner.endpoints.map(({ key, weight }) => [key, weight ?? 1]))
  const total = [...weights.values()].reduce((sum, weight) => sum + weight, 0)
  const grownMs = [...weights]
    .filter(([, weight]) => weight > 0)
    .map(([key]) => (newcomers.get(key)?.joinedMs ?? Number.NEGATIVE_INFINITY) + windowMs)
  const firstGrownMs = grownMs.reduce((least, ms) => Math.min(least, ms), Number.POSITIVE_INFINITY)
  const lastGrownMs = grownMs.reduce((most, ms) => Math.max(most, ms), Number.NEGATIVE_INFINITY)
  let isSomeoneYoung = lastGrownMs > Number.NEGATIVE_INFINITY

  const takes = (key: string, atMs: number, hashKey: string | undefined): boolean => {
    const newcomer = newcomers.get(key)
    if (newcomer === undefined || atMs - newcomer.joinedMs >= windowMs) return true
    const part = warmUp.part(atMs - newcomer.joinedMs)
    if (hashKey !== undefined) return fractionOf(hashKey, key) < part
    return admits(newcomer, { part, weight: weights.get(key) ?? 1, turns, random })
  }

  const pickSlowly = (input: PickInput, atMs: number): PickResult<E> => {
    turns.count += 1 / Math.max(1, total - weightOf(input.excluded, weights))
    const first = inner.pick(input)
    let result = first
    const excluded = new Set<string>()
    while (result.kind === 'picked' && !takes(result.endpoint.key, atMs, input.hashKey)) {
      if (excluded.size === 0) for (const key of input.excluded ?? []) excluded.add(key)
      excluded.add(result.endpoint.key)
      result = inner.pick({ ...input, excluded })
    }
    return result.kind === 'picked' ? result : first
  }

  return {
    endpoints: inner.endpoints,
    pick(input) {
      if (!isSomeoneYoung) return inner.pick(input)
      const atMs = warmUp.time()
      isSomeoneYoung = atMs < lastGrownMs
      if (!isSomeoneYoung || atMs < firstGrownMs) return inner.pick(input)
      return pickSlowly(input, atMs)
    },
    started: (endpoint, attempt) => inner.started(endpoint, attempt),
    connected: endpoint => inner.connected(endpoint),
    finished: (endpoint, completion) => inner.finished(endpoint, completion),
    inFlight: key => inner.inFlight(key),
    withEndpoints(next) {
      const nextInner = inner.withEndpoints(next)
      const atMs = warmUp.time()
      const young = new Map<string, Newcomer>()
      for (const { key } of nextInner.endpoints) {
        const newcomer = weights.has(key)
          ? newcomers.get(key)
          : { joinedMs: atMs, credit: 0, seenTurns: turns.count, threshold: random() }
        if (newcomer !== undefined && atMs - newcomer.joinedMs < windowMs) young.set(key, newcomer)
      }
      return generation(nextInner, young, warmUp)
    },
  }
}

/** Weight of those in the set, which the others share. */
const weightOf = (excluded: ReadonlySet<string> | undefined, weights: ReadonlyMap<string, number>): number => {
  let sum = 0
  for (const key of excluded ?? []) sum += weights.get(key) ?? 0
  return sum
}

const fractionOf = (hashKey: string, key: string): number => murmurHash3(`${key} ${hashKey}`, hashSeed) / 2 ** 32

/** Another one than that of the ring, so that who moves is independent of who is where. */
const hashSeed = 0x5107
