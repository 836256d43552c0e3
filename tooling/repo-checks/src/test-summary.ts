/** Counts tests in what vitest's JSON reporter wrote. */

/** The parts of the report that are counted. */
export interface VitestReport {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly testResults: readonly {
    readonly status: string
    readonly assertionResults: readonly { readonly status: string }[]
  }[]
}

/**
 * One line, `N passed, M failed`.
 *
 * A file that failed outside its tests (it does not load, or a hook throws) counts as one failure: none of its tests says so.
 */
export const testSummary = ({ numPassedTests, numFailedTests, testResults }: VitestReport): string => {
  const brokenFiles = testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && !assertionResults.some(test => test.status === 'failed'),
  )
  return `${numPassedTests} passed, ${numFailedTests + brokenFiles.length} failed`
}
