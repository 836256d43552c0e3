/** When outlier detection takes an endpoint out, and for how long. */

import { numberOption } from './number-option.ts'

/** Settings of outlier detection; the names in Envoy's `config.cluster.v3.OutlierDetection` are given in brackets. */
export interface OutlierDetectionSettings {
  /** Errors in a row, statuses 500 to 599 or no valid answer, that eject an endpoint; 0 = off. [consecutive_5xx] */
  readonly consecutive5xx: number
  /** Gateway errors in a row, statuses 502 to 504 or no valid answer, that eject an endpoint; 0 = off. [consecutive_gateway_failure] */
  readonly consecutiveGatewayErrors: number
  /** How often success rates are compared and good behaviour is rewarded. [interval] */
  readonly intervalMs: number
  /** An ejection lasts so long times the ejections of the endpoint that are not forgiven. [base_ejection_time] */
  readonly baseEjectionMs: number
  /** No ejection lasts longer, unless `baseEjectionMs` is longer. [max_ejection_time] */
  readonly maxEjectionMs: number
  /** How much of the set may be ejected at a time; one endpoint may be always. [max_ejection_percent] */
  readonly maxEjectionPercent: number
  /** Endpoints with enough requests that a comparison of success rates takes; 0 = off. [success_rate_minimum_hosts] */
  readonly successRateMinimumHosts: number
  /** Requests within one interval that put an endpoint into the comparison. [success_rate_request_volume] */
  readonly successRateRequestVolume: number
  /** Thousandths of a standard deviation below the mean that eject an endpoint. [success_rate_stdev_factor] */
  readonly successRateStdevFactor: number
}

/**
 * Envoy's defaults. Gateway errors are off because Envoy finds them but enforces nothing (`enforcing_consecutive_gateway_failure` is 0 %).
 *
 * @see Envoy, api/envoy/config/cluster/v3/outlier_detection.proto
 */
export const outlierDetectionDefaults: OutlierDetectionSettings = {
  consecutive5xx: 5,
  consecutiveGatewayErrors: 0,
  intervalMs: 10_000,
  baseEjectionMs: 30_000,
  maxEjectionMs: 300_000,
  maxEjectionPercent: 10,
  successRateMinimumHosts: 5,
  successRateRequestVolume: 100,
  successRateStdevFactor: 1900,
}

/**
 * The settings, completed by the defaults.
 *
 * @throws LoadBalancingError `invalid-option`, naming the setting.
 */
export const completeOutlierDetectionSettings = (
  given: Partial<OutlierDetectionSettings>,
): OutlierDetectionSettings => {
  const settings = { ...outlierDetectionDefaults, ...given }
  for (const name of ['intervalMs', 'baseEjectionMs', 'maxEjectionMs'] as const) {
    numberOption(name, settings[name], { kind: 'number', from: 1 })
  }
  for (const name of counts) numberOption(name, settings[name], { kind: 'integer', from: 0 })
  numberOption('maxEjectionPercent', settings.maxEjectionPercent, { kind: 'number', from: 0, to: 100 })
  numberOption('successRateStdevFactor', settings.successRateStdevFactor, { kind: 'number', from: 0 })
  return settings
}

const counts = [
  'consecutive5xx',
  'consecutiveGatewayErrors',
  'successRateMinimumHosts',
  'successRateRequestVolume',
] as const
