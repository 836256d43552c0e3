import { type InFlight, localInFlight, sharedInFlight, type SharedInFlight } from '@ingresskit/load-balancing'
import type { CountsChange } from './shared-counts.ts'

/** Requests in flight as one worker thread counts them and sees those of the others. */
export class ThreadCounts {
  readonly #thread: number
  readonly #counted = new Map<string, SharedInFlight>()

  constructor(thread: number) {
    this.#thread = thread
  }

  /** Must come before the snapshot that needs it. */
  apply(changes: readonly CountsChange[]): void {
    for (const change of changes) {
      switch (change.kind) {
        case 'begin':
          this.#counted.set(change.servicePort, sharedInFlight(change.memory, this.#thread))
          break
        case 'slots':
          this.#counted.get(change.servicePort)?.apply(change.change)
          break
        case 'end':
          this.#counted.delete(change.servicePort)
          break
        default:
          change satisfies never
      }
    }
  }

  /** The counts of a Service port; of one that the main thread said nothing about, those of this thread alone. */
  countsOf(servicePort: string): InFlight {
    return this.#counted.get(servicePort) ?? localInFlight()
  }
}
