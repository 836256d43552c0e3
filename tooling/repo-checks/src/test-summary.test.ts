import { expect, it } from 'vitest'
import { testSummary } from './test-summary.ts'

it('counts passed and failed tests', () => {
  expect(testSummary({ numPassedTests: 5, numFailedTests: 2, testResults: [] })).toBe('5 passed, 2 failed')
})

it('counts a file that failed without a failed test as one failure', () => {
  const testResults = [
    { status: 'failed', assertionResults: [] },
    { status: 'failed', assertionResults: [{ status: 'failed' }] },
    { status: 'passed', assertionResults: [{ status: 'passed' }] },
  ]
  expect(testSummary({ numPassedTests: 1, numFailedTests: 1, testResults })).toBe('1 passed, 2 failed')
})
