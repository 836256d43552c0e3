// One term of leadership: the addresses to publish, the statuses and the Events.
import type { ClusterApi, KubernetesObject, Schedule } from '@ingresskit/kubernetes-watch'
import type { ServeOptions } from '../options/option-table.ts'
import { type Problem, toProblem } from '../problem.ts'
import type { ObjectOf } from './event-changes.ts'
import { eventRecorder } from './event-recorder.ts'
import { publishedAddresses } from './published-addresses.ts'
import type { Replica } from './replica.ts'
import { statusWriter } from './status-writer.ts'

export interface LeaderTermOptions {
  readonly api: ClusterApi
  readonly options: Pick<ServeOptions, 'publish-service' | 'publish-status-address' | 'publish-node-addresses'>
  readonly replica: Replica
  readonly schedule: Schedule
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Milliseconds that never go back. */
  readonly monotonicMs: () => number
  /** In [0, 1). */
  readonly random: () => number
  /** Asked before each status is written. */
  readonly mayWrite: () => boolean
  /** After `problems()` may have changed. */
  readonly onProblems: () => void
  /** Each problem when it begins. */
  readonly onFailure: (problem: Problem) => void
}

/** What the leader looks at. */
export interface LeaderView {
  readonly services: ReadonlyMap<string, KubernetesObject>
  /** The Ingresses that are ours, by `namespace/name`. */
  readonly ingresses: ReadonlyMap<string, KubernetesObject>
  readonly problems: readonly Problem[]
  readonly objectOf: ObjectOf
}

export interface LeaderTerm {
  /** The newest state. O(Ingresses). */
  observe(view: LeaderView): void
  /** What stands in the way of writing. */
  problems(): readonly Problem[]
  facts(): { readonly statusWrites: number; readonly eventsDropped: number }
  /** Whether addresses are published at all. */
  hasAddresses(): boolean
  /** Takes them back; what is still to be done when `close` is called is left. */
  clear(): Promise<void>
  /** Ends it at once; resolves when nothing is under way any more. */
  close(): Promise<void>
}

/** Begins the term. */
export function leaderTerm(settings: LeaderTermOptions): LeaderTerm {
  const { options, replica, onProblems } = settings
  let view: LeaderView | undefined

  const write = (): void => {
    const wanted = addresses.addresses()
    if (view !== undefined && wanted !== undefined) writer.update(view.ingresses, wanted)
  }
  const writer = statusWriter({
    ...settings,
    onFailure: problem => {
      settings.onFailure(problem)
      onProblems()
    },
  })
  const addresses = publishedAddresses({
    ...settings,
    statusAddresses: options['publish-status-address'],
    service: options['publish-service'],
    nodeAddresses: options['publish-node-addresses'],
    onChange: () => {
      write()
      onProblems()
    },
  })
  const events = eventRecorder({
    ...settings,
    instance: replica.identity,
    onFailure: message => settings.onFailure(toProblem({ severity: 'warning', reason: 'EventsNotWritten', message })),
  })

  return {
    observe: next => {
      view = next
      addresses.observe(next.services)
      write()
      events.update(next.problems, next.objectOf)
      onProblems()
    },
    problems: () => [...addresses.problems(), ...writer.problems()],
    facts: () => ({ statusWrites: writer.writes(), eventsDropped: events.dropped() }),
    hasAddresses: () => addresses.addresses() !== undefined,
    clear: () => writer.clear(),
    close: async () => {
      addresses.close()
      writer.close()
      await events.close()
    },
  }
}
