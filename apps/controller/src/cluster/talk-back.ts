// What the controller says to the cluster: who leads, the statuses of Ingresses, Events. All by the leader alone.
import type { ClusterApi, KubernetesObject, ObjectSnapshot, Schedule } from '@ingresskit/kubernetes-watch'
import type { Logger } from '../log.ts'
import type { ServeOptions } from '../options/option-table.ts'
import { formatProblem, type Problem, toProblem } from '../problem.ts'
import type { Snapshot } from '../snapshot/snapshot.ts'
import type { ObjectOf } from './event-changes.ts'
import { type Election, startElection } from './lease-election.ts'
import { type LeaderTerm, leaderTerm, type LeaderView } from './leader-term.ts'
import { otherReplicas } from './other-replicas.ts'
import type { Replica } from './replica.ts'

export interface TalkBackOptions {
  readonly api: ClusterApi
  readonly options: ServeOptions
  readonly replica: Replica
  /** Whether this process runs in a pod. */
  readonly place: 'cluster' | 'outside'
  readonly log: Logger
  readonly schedule: Schedule
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Milliseconds that never go back. */
  readonly monotonicMs: () => number
  /** In [0, 1). */
  readonly random: () => number
  /** After each change of `problems()`. */
  readonly onProblems: () => void
}

/** What is published: the objects, and what was made of them. */
export interface Published {
  readonly objects: ObjectSnapshot
  readonly snapshot: Snapshot
}

/** For metrics. */
export interface TalkBackFacts {
  readonly role: 'leader' | 'follower'
  readonly transitions: number
  /** By this replica, since its start. */
  readonly statusWrites: number
  readonly eventsDropped: number
}

export interface TalkBack {
  /** The newest state. The problems of the snapshot become Events, those of the writing itself are not. */
  observe(published: Published): void
  /** What keeps it from writing; the same list while that is the same. */
  problems(): readonly Problem[]
  facts(): TalkBackFacts
  /**
   * Takes the addresses back if this is the last replica, for at most `timeoutMs`, and gives the Lease back, which may take 5 s more.
   * Final; never rejects. A second call with a shorter time shortens it.
   */
  close(timeoutMs: number): Promise<void>
}

/** Where the Lease of a controller outside a cluster is when nothing says otherwise: as kubectl has it. */
const defaultNamespace = 'default'

/** Under many changes, the whole of the Ingresses is looked at no more often than this. */
const tellIntervalMs = 500

/** Begins with the election. Nothing here is ever waited for by traffic. */
export function talkBack(settings: TalkBackOptions): TalkBack {
  const { api, options, replica, place, log, schedule, now, monotonicMs, random, onProblems } = settings
  let latest: Published | undefined
  let term: LeaderTerm | undefined
  let problems: readonly Problem[] = []
  let ended = { statusWrites: 0, eventsDropped: 0 }
  let closed: Promise<void> | undefined
  let cancelTell: (() => void) | undefined

  const collect = (): void => {
    const failure = election?.failure()
    const next = [...(failure === undefined ? [] : [electionProblem(failure)]), ...(term?.problems() ?? [])]
    if (JSON.stringify(next) === JSON.stringify(problems)) return
    problems = next
    onProblems()
  }
  const tell = (): void => {
    cancelTell?.()
    cancelTell = undefined
    if (latest === undefined || term === undefined) return
    term.observe(viewOf(latest))
  }
  const beginTerm = (): void => {
    term = leaderTerm({
      api,
      options,
      replica,
      schedule,
      now,
      monotonicMs,
      random,
      mayWrite: () => election?.role() === 'leader',
      onProblems: collect,
      onFailure: problem => log.warn({ problem }, formatProblem(problem)),
    })
    tell()
  }
  const endTerm = async (): Promise<void> => {
    const over = term
    term = undefined
    if (over === undefined) return
    await over.close()
    const { statusWrites, eventsDropped } = over.facts()
    ended = {
      statusWrites: ended.statusWrites + statusWrites,
      eventsDropped: ended.eventsDropped + eventsDropped,
    }
  }

  const election: Election | undefined = startElection({
    api,
    namespace: options['election-namespace'] ?? replica.namespace ?? defaultNamespace,
    name: options['election-id'],
    identity: replica.identity,
    now,
    monotonicMs,
    schedule,
    random,
    onChange: (role, holder) => {
      log.info({ role, holder }, role === 'leader' ? 'leads: writes statuses and Events' : 'follows')
      if (role === 'leader' && term === undefined && closed === undefined) beginTerm()
      if (role === 'follower') void endTerm()
      collect()
    },
    onRecovered: () => collect(),
    onFailure: message => {
      log.warn(message)
      // Not within the call that makes the election known.
      queueMicrotask(collect)
    },
  })

  const clear = async (): Promise<void> => {
    if (term === undefined || !term.hasAddresses()) return
    const signal = AbortSignal.timeout(10_000)
    const others = await otherReplicas({ api, replica, place, signal })
    if (others.kind === 'unknown') log.warn(others.message)
    if (others.kind !== 'none') return
    log.info('the last replica ends: takes its addresses off the Ingresses')
    await term.clear()
  }
  const timeIsUp = Promise.withResolvers<void>()
  const end = async (): Promise<void> => {
    await Promise.race([clear(), timeIsUp.promise])
    cancelTell?.()
    await endTerm()
    await election.close()
  }

  return {
    observe: published => {
      latest = published
      if (term !== undefined && closed === undefined) cancelTell ??= schedule(tellIntervalMs, tell)
    },
    problems: () => problems,
    facts: () => {
      const current = term?.facts()
      return {
        role: election.role(),
        transitions: election.transitions(),
        statusWrites: ended.statusWrites + (current?.statusWrites ?? 0),
        eventsDropped: ended.eventsDropped + (current?.eventsDropped ?? 0),
      }
    },
    close: timeoutMs => {
      const cancel = schedule(timeoutMs, () => timeIsUp.resolve())
      closed ??= end()
      return closed.finally(cancel)
    },
  }
}

function electionProblem(message: string): Problem {
  return toProblem({ severity: 'warning', reason: 'ElectionFailed', message })
}

function viewOf({ objects, snapshot }: Published): LeaderView {
  const ingresses = new Map<string, KubernetesObject>()
  for (const key of snapshot.translation.ingresses.keys()) {
    const object = objects.objects.Ingress.get(key)
    if (object !== undefined) ingresses.set(key, object)
  }
  return {
    services: objects.objects.Service,
    ingresses,
    problems: snapshot.problems,
    objectOf: objectsIn(objects),
  }
}

function objectsIn({ objects }: ObjectSnapshot): ObjectOf {
  const kinds: Readonly<Record<string, ObjectSnapshot['objects']['Ingress']>> = objects
  return (kind, namespace, name) => {
    const object = Object.hasOwn(kinds, kind) ? kinds[kind]?.get(`${namespace}/${name}`) : undefined
    const uid = object?.metadata.uid
    if (object === undefined || uid === undefined) return undefined
    const { apiVersion, metadata } = object
    return { apiVersion, uid, resourceVersion: metadata.resourceVersion }
  }
}
