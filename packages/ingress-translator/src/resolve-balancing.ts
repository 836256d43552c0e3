/** Puts together what an Ingress and one of its Services say into one policy. */

import type { StrategyName } from '@ingresskit/load-balancing'
import { annotationField, type AnnotationPlace, describePlace } from './annotation.ts'
import type { Balancing } from './balancing.ts'
import { balancingOf, defaultBalancing } from './default-balancing.ts'
import type { HashSource } from './hash-source.ts'
import type { NginxSettings } from './nginx-settings.ts'
import type { OwnSettings } from './own-settings.ts'
import type { ProblemLog } from './problem-log.ts'
import { retryDefaults } from './retry-settings.ts'
import type { Setting } from './setting.ts'

/** Who may say something about the requests of one path to one Service; what comes first wins, setting by setting. */
export interface SettingSources {
  /** `ingresskit.dev/` annotations of the Ingress. */
  readonly ingress: OwnSettings
  /** `ingresskit.dev/` annotations of the Service. */
  readonly service: OwnSettings
  /** `nginx.ingress.kubernetes.io/` annotations of the Ingress. */
  readonly nginx: NginxSettings
}

/** A policy, or a limit that cannot be read: then the paths must not be served without it. */
export type ResolvedBalancing =
  | { readonly kind: 'balancing'; readonly balancing: Balancing }
  | {
      readonly kind: 'limit-invalid'
      /** What is wrong, and where. */
      readonly message: string
      /** The default, for the sake of a target that has to have one. */
      readonly balancing: Balancing
    }

/**
 * The policy for one Service as one Ingress uses it.
 *
 * A setting that cannot be read counts as its default, except for a limit. Bad values are not reported here (their readers do), only
 * settings that have no effect together.
 */
export function resolveBalancing(sources: SettingSources, log: ProblemLog): ResolvedBalancing {
  if (saysNothing(sources)) return byDefault
  const choose = <P extends keyof OwnSettings>(name: P): OwnSettings[P] =>
    sources.ingress[name] ?? sources.service[name]
  const decidedBy = new Map<string, string>()
  const decide = (name: string, place: AnnotationPlace): void => void decidedBy.set(name, describePlace(place))
  const take = <T>(name: string, setting: Setting<T> | undefined): T | undefined => {
    if (setting === undefined || setting.kind === 'invalid') return undefined
    decide(name, setting.place)
    return setting.kind === 'set' ? setting.value : undefined
  }

  const breaker = choose('circuitBreaker')
  if (breaker?.kind === 'invalid') {
    return {
      kind: 'limit-invalid',
      message: `${describePlace(breaker.place)} cannot be read, and the path is not served without its limits`,
      balancing: defaultBalancing,
    }
  }
  const affinity = sources.nginx.affinity
  const chosen = chooseStrategy(choose('strategy'), sources.nginx, log)
  if (chosen.place !== undefined) decide('load-balance', chosen.place)
  const hash = chooseHash(choose('hashOn'), sources.nginx)
  const { subset } = chosen
  if (subset !== undefined) decide('subset-size', subset.place)
  const hashes = isHashStrategy(chosen.strategy) || subset !== undefined
  if (hashes && hash?.place !== undefined) decide('hash-on', hash.place)
  if (!hashes && hash !== undefined) warnUnused(hash.place, chosen.strategy, log)
  const bound = choose('hashBound')
  if (!isHashStrategy(chosen.strategy) && bound?.kind === 'set') warnUnused(bound.place, chosen.strategy, log)
  const hashBound = isHashStrategy(chosen.strategy) ? take('hash-bound', bound) : undefined
  if (affinity !== undefined) decide('affinity', affinity.place)
  const health = take('health-check', choose('healthCheck'))
  const outlier = take('outlier-detection', choose('outlierDetection'))
  const panicFrom = health?.panicPercent === undefined ? 'outlier-detection' : 'health-check'
  const panicPercent = health?.panicPercent ?? outlier?.panicPercent
  if (panicPercent !== undefined) decidedBy.set('panic-percent', decidedBy.get(panicFrom) ?? '')
  const policy = {
    strategy: chosen.strategy,
    hashOn: hashes ? (hash?.source ?? { kind: 'ip' as const }) : undefined,
    hashBound,
    subsetSize: subset?.value,
    slowStart: take('slow-start', choose('slowStart')),
    healthCheck: health?.settings,
    outlierDetection: outlier?.settings,
    panicPercent: panicPercent ?? defaultBalancing.panicPercent,
    circuitBreaker: take('circuit-breaker', breaker),
    retry: chooseRetry(choose('retry'), sources.nginx, decide),
    affinity: affinity?.value,
  }
  return { kind: 'balancing', balancing: balancingOf(policy, Object.fromEntries(decidedBy)) }
}

/** Most Ingresses: they share one policy. */
const byDefault: ResolvedBalancing = { kind: 'balancing', balancing: defaultBalancing }

function saysNothing({ ingress, service, nginx: { affinity, retry, upstream } }: SettingSources): boolean {
  const settings = [affinity, retry, ...[ingress, service, upstream].flatMap(given => Object.values(given))]
  return settings.every(setting => setting === undefined)
}

interface ChosenStrategy {
  readonly strategy: StrategyName
  /** Absent: nobody chose it. */
  readonly place?: AnnotationPlace | undefined
  readonly subset?: NginxSettings['upstream']['subset']
}

function chooseStrategy(
  own: Setting<StrategyName> | undefined,
  { upstream, affinity }: NginxSettings,
  log: ProblemLog,
): ChosenStrategy {
  const asked = askedStrategy(own, upstream)
  if (affinity?.value.mode !== 'balanced' || isHashStrategy(asked.strategy)) return asked
  if (asked.place !== undefined) {
    log.report(asked.place.object, 'warning', 'AnnotationInvalid', {
      field: annotationField(asked.place.annotation),
      message: `balanced session affinity goes by hashing, so ring-hash is used instead of ${asked.strategy}; set affinity-mode: persistent to keep it`,
    })
  }
  return { strategy: 'ring-hash', place: affinity.place }
}

function askedStrategy(own: Setting<StrategyName> | undefined, upstream: NginxSettings['upstream']): ChosenStrategy {
  const { hashBy, subset } = upstream
  if (own?.kind === 'set') return { strategy: own.value, place: own.place, subset }
  if (own !== undefined) return { strategy: defaultBalancing.strategy }
  // As in ingress-nginx, hashing comes before the algorithm, and endpoints of a subset are drawn at random.
  if (hashBy !== undefined)
    return { strategy: subset === undefined ? 'ring-hash' : 'random', place: hashBy.place, subset }
  if (upstream.strategy !== undefined) return { strategy: upstream.strategy.value, place: upstream.strategy.place }
  return { strategy: defaultBalancing.strategy }
}

function chooseHash(
  own: Setting<HashSource> | undefined,
  { upstream: { hashBy } }: NginxSettings,
): { readonly source: HashSource; readonly place: AnnotationPlace } | undefined {
  if (own?.kind === 'set') return { source: own.value, place: own.place }
  return own === undefined && hashBy !== undefined ? { source: hashBy.value, place: hashBy.place } : undefined
}

function chooseRetry(
  own: OwnSettings['retry'],
  { retry }: NginxSettings,
  decide: (name: string, place: AnnotationPlace) => void,
): Balancing['retry'] | undefined {
  if (own?.kind === 'invalid') return undefined
  const place = own?.place ?? retry?.place
  if (place !== undefined) decide('retry', place)
  if (own === undefined) return retry?.value
  return own.kind === 'set' ? own.value : { ...retryDefaults, attempts: 1 }
}

function isHashStrategy(strategy: StrategyName): boolean {
  return strategy === 'ring-hash' || strategy === 'maglev' || strategy === 'rendezvous'
}

function warnUnused(place: AnnotationPlace, strategy: StrategyName, log: ProblemLog): void {
  log.report(place.object, 'warning', 'AnnotationInvalid', {
    field: annotationField(place.annotation),
    message: `it has no effect with ${strategy}; set ingresskit.dev/load-balance to ring-hash, maglev or rendezvous to hash`,
  })
}
