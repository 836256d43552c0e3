/** What the table says of one run. */

import type { SimulationResult } from './simulate.ts'
import { joinWindowMs, special } from './site-scenario.ts'

/** Shares are parts of the attempts, 0 to 1. */
export interface SimulationFigures {
  readonly slowShare: number
  readonly failingShare: number
  /** From the moment it joins until it is warm. */
  readonly joiningShare: number
  /** Of answered requests. */
  readonly p50Ms: number
  readonly p99Ms: number
  /** Of those that arrived in the time of `joiningShare`. */
  readonly joiningP99Ms: number
  /** Part of the finished requests that was not answered with 200. */
  readonly errorRate: number
}

/** Figures of a run of the site scenario. */
export function simulationFigures(result: SimulationResult, joinsAtMs: number): SimulationFigures {
  const isWarming = (atMs: number): boolean => atMs >= joinsAtMs && atMs < joinsAtMs + joinWindowMs
  const attempts = result.attempts
  const warmingAttempts = attempts.filter(({ atMs }) => isWarming(atMs))
  const latencies = result.answered.map(({ latencyMs }) => latencyMs)
  const warmingLatencies = result.answered
    .filter(({ arrivedMs }) => isWarming(arrivedMs))
    .map(({ latencyMs }) => latencyMs)
  return {
    slowShare: share(attempts, special.slow),
    failingShare: share(attempts, special.failing),
    joiningShare: share(warmingAttempts, special.joining),
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    joiningP99Ms: quantile(warmingLatencies, 0.99),
    errorRate: result.failed / (result.failed + result.answered.length),
  }
}

function share(attempts: SimulationResult['attempts'], key: string): number {
  return attempts.filter(attempt => attempt.key === key).length / attempts.length
}

/** The least value that at least this part of them does not exceed; NaN for none. */
function quantile(values: readonly number[], part: number): number {
  const sorted = Float64Array.from(values).sort()
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? Number.NaN
}
