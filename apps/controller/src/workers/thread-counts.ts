import { type InFlight, localInFlight, sharedInFlight, type SharedInFlight } from '@ingresskit/load-balancing'
import type { CountsChange } from './shared-counts.ts'

/** What one worker thread counts, together with what the others count. */
export class ThreadCounts {
  readonly #thread: number
  readonly #counted = new Map<string, SharedInFlight>()
  /** Names whose counts ended while snapshots may still hold them. */
  readonly #ended = new Set<string>()

  constructor(thread: number) {
    this.#thread = thread
  }

  /** Whether one of them begins counts anew under a name whose counts of before a snapshot may still hold, and hand on. */
  beginsAnew(changes: readonly CountsChange[]): boolean {
    return changes.some(({ kind, name }) => kind === 'begin' && this.#ended.has(name))
  }

  /** No snapshot holds counts that have ended. */
  allLive(): void {
    this.#ended.clear()
  }

  /** Must come before the snapshot that needs it. */
  apply(changes: readonly CountsChange[]): void {
    for (const change of changes) {
      switch (change.kind) {
        case 'begin':
          this.#counted.set(change.name, sharedInFlight(change.memory, this.#thread))
          break
        case 'slots':
          this.#counted.get(change.name)?.apply(change.change)
          break
        case 'end':
          this.#counted.delete(change.name)
          this.#ended.add(change.name)
          break
        default:
          change satisfies never
      }
    }
  }

  /** The counts of a name; of one that the main thread said nothing about, those of this thread alone. */
  countsOf(name: string): InFlight {
    return this.#counted.get(name) ?? localInFlight()
  }
}
