/** Which endpoints succeed less often than the others. */

/** What an endpoint answered within one interval. */
export interface SuccessRate {
  readonly key: string
  /** From 0 to 1. */
  readonly rate: number
}

/**
 * Keys of those whose rate is below the mean by more than `stdevFactor` (in thousandths) standard deviations of the population,
 * the lowest rate first. O(n), plus sorting what is found.
 *
 * @see Envoy, "Outlier detection", Success rate; envoyproxy/envoy outlier_detection_impl.cc `successRateEjectionThreshold`
 */
export const successRateOutliers = (rates: readonly SuccessRate[], stdevFactor: number): readonly string[] => {
  const mean = average(rates.map(({ rate }) => rate))
  const stdev = Math.sqrt(average(rates.map(({ rate }) => (rate - mean) ** 2)))
  const threshold = mean - (stdevFactor / 1000) * stdev - roundingError
  return rates
    .filter(({ rate }) => rate < threshold)
    .sort((a, b) => a.rate - b.rate)
    .map(({ key }) => key)
}

const average = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

/** Equal rates must not differ from their mean; far below what one request more or less makes out. */
const roundingError = 1e-9
