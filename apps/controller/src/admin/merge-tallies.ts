import { RequestTallies } from './request-tallies.ts'
import type { TalliesSnapshot } from './tallies-snapshot.ts'

/** Adds up what several threads counted; empty when there is nothing to add up. O(series + statuses) of all of them. */
export function mergeTallies(snapshots: readonly TalliesSnapshot[]): TalliesSnapshot {
  const [only] = snapshots
  if (only !== undefined && snapshots.length === 1) return only
  const sum = new RequestTallies()
  for (const snapshot of snapshots) sum.add(snapshot)
  return sum.snapshot()
}
