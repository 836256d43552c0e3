// A listener that remembers, and lets tests wait for what they expect instead of for time to pass.
import type { ObjectSnapshot } from '../src/index.ts'

/** Remembers snapshots. */
export interface SnapshotRecorder {
  readonly listener: (snapshot: ObjectSnapshot) => void
  /** The first snapshot, from the next one given or the newest so far, that fulfils the condition. */
  until(condition: (snapshot: ObjectSnapshot) => boolean): Promise<ObjectSnapshot>
  count(): number
}

/** A recorder without snapshots. */
export function snapshotRecorder(): SnapshotRecorder {
  const snapshots: ObjectSnapshot[] = []
  const waiting = new Set<(snapshot: ObjectSnapshot) => void>()
  return {
    listener: snapshot => {
      snapshots.push(snapshot)
      for (const look of waiting) look(snapshot)
    },
    until: condition =>
      new Promise(resolve => {
        const look = (snapshot: ObjectSnapshot): void => {
          if (!condition(snapshot)) return
          waiting.delete(look)
          resolve(snapshot)
        }
        waiting.add(look)
        const newest = snapshots.at(-1)
        if (newest) look(newest)
      }),
    count: () => snapshots.length,
  }
}
