import type { RetryRules } from './route-decision.ts'

/**
 * Connection failures of any request, and once a lost connection of GET, HEAD and OPTIONS: at most 3 endpoints, whatever time that
 * takes, and no status of a backend.
 */
export const defaultRetryRules: RetryRules = {
  maxAttempts: 3,
  on: new Set(['connect', 'reset']),
  statuses: new Set(),
  methods: 'idempotent',
  resets: 'once',
  withinMs: Infinity,
}
