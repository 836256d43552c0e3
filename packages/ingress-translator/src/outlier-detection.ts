import { outlierDetectionDefaults, type OutlierDetectionSettings } from '@ingresskit/load-balancing'
import type { Parsed } from '@ingresskit/traffic-policies'
import { parseSettings, type KeyReaders } from './key-value-list.ts'
import { panicPercentReader, withPanicPercent, type WithPanicPercent } from './panic-percent.ts'
import { parsed } from './parsed.ts'
import { decimal, duration, integer } from './value-readers.ts'

const count = integer({ from: 0, to: 1_000_000 })
const ejection = duration({ from: 1000, to: 86_400_000 })

const stdev = decimal({ from: 0, to: 10 })

const readers: KeyReaders<OutlierDetectionSettings & { readonly panicPercent: number }> = {
  consecutive5xx: { key: 'consecutive-5xx', read: count },
  consecutiveGatewayErrors: { key: 'consecutive-gateway-errors', read: count },
  intervalMs: { key: 'interval', read: duration({ from: 100, to: 3_600_000 }) },
  baseEjectionMs: { key: 'base-ejection', read: ejection },
  maxEjectionMs: { key: 'max-ejection', read: ejection },
  maxEjectionPercent: { key: 'max-ejected-percent', read: integer({ from: 0, to: 100 }) },
  successRateMinimumHosts: { key: 'success-rate-hosts', read: count },
  successRateRequestVolume: { key: 'success-rate-requests', read: count },
  successRateStdevFactor: { key: 'success-rate-stdev', read: readStdev },
  panicPercent: panicPercentReader,
}

/** Reads `ingresskit.dev/outlier-detection`; what is not given has Envoy's default. */
export function parseOutlierDetection(text: string): Parsed<WithPanicPercent<OutlierDetectionSettings>> {
  const keys = parseSettings(text, readers)
  return keys.kind === 'invalid' ? keys : parsed(withPanicPercent(keys.value, outlierDetectionDefaults))
}

/** Standard deviations, which Envoy and the setting count in thousandths. */
function readStdev(text: string): Parsed<number> {
  const value = stdev(text)
  return value.kind === 'parsed' ? parsed(Math.round(value.value * 1000)) : value
}
