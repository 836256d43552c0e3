import {
  type CircuitBreakerLimits,
  type HealthCheckSettings,
  type OutlierDetectionSettings,
  type StrategyName,
  strategyNames,
} from '@ingresskit/load-balancing'
import { ownPrefix } from './annotation.ts'
import { parseCircuitBreaker } from './circuit-breaker.ts'
import { type HashSource, parseHashSource } from './hash-source.ts'
import { parseHealthCheck } from './health-check.ts'
import { parseOutlierDetection } from './outlier-detection.ts'
import type { WithPanicPercent } from './panic-percent.ts'
import type { RetrySettings } from './retry-settings.ts'
import { parseRetry } from './retry.ts'
import type { ReadSetting, Setting } from './setting.ts'
import { parseSlowStart, type SlowStartSettings } from './slow-start.ts'
import { decimal, word } from './value-readers.ts'

/** What the `ingresskit.dev/` annotations of one Ingress or one Service ask for; absent: nothing. */
export interface OwnSettings {
  readonly strategy?: Setting<StrategyName> | undefined
  readonly hashOn?: Setting<HashSource> | undefined
  readonly hashBound?: Setting<number> | undefined
  readonly slowStart?: Setting<SlowStartSettings> | undefined
  readonly healthCheck?: Setting<WithPanicPercent<HealthCheckSettings>> | undefined
  readonly outlierDetection?: Setting<WithPanicPercent<OutlierDetectionSettings>> | undefined
  readonly circuitBreaker?: Setting<CircuitBreakerLimits> | undefined
  readonly retry?: Setting<RetrySettings> | undefined
}

/** The annotations that `readOwnSettings` reads, without prefix. */
export const ownSettingNames = [
  'circuit-breaker',
  'hash-bound',
  'hash-on',
  'health-check',
  'load-balance',
  'outlier-detection',
  'retry',
  'slow-start',
] as const

const parseStrategy = word(strategyNames)
const parseHashBound = decimal({ from: 1, to: 10 })

/** Reads the settings that an Ingress and a Service can both have. */
export function readOwnSettings(read: ReadSetting): OwnSettings {
  const own = (name: (typeof ownSettingNames)[number]): string => ownPrefix + name
  return {
    strategy: read(own('load-balance'), text => parseStrategy(text.trim())),
    hashOn: read(own('hash-on'), parseHashSource),
    hashBound: read(own('hash-bound'), text => parseHashBound(text.trim()), { off: 'allowed' }),
    slowStart: read(own('slow-start'), parseSlowStart, { off: 'allowed' }),
    healthCheck: read(own('health-check'), parseHealthCheck, { off: 'allowed' }),
    outlierDetection: read(own('outlier-detection'), parseOutlierDetection, { off: 'allowed' }),
    circuitBreaker: read(own('circuit-breaker'), parseCircuitBreaker, { off: 'allowed' }),
    retry: read(own('retry'), parseRetry, { off: 'allowed' }),
  }
}
