// Keeps `status.loadBalancer.ingress` of our Ingresses at the wanted addresses.
import type { ApiAnswer, ApiFailure, ClusterApi, KubernetesObject, Schedule } from '@ingresskit/kubernetes-watch'
import type { Problem } from '../problem.ts'
import { tokenBucket } from './event-token-bucket.ts'
import { addressesKey, canonicalAddresses, type LoadBalancerIngress } from './status-address.ts'
import { clearStatuses } from './status-clearing.ts'
import { concernsAll, forbiddenDelayMs, statusRetryDelayMs } from './status-delays.ts'
import { observedStatus, presentStatus, type StatusMemory, withObject, withWrite } from './status-memory.ts'
import { patchStatus } from './status-patch.ts'
import { statusProblems } from './status-problems.ts'

/** What a writer needs. */
export interface StatusWriterOptions {
  readonly api: ClusterApi
  readonly schedule: Schedule
  readonly monotonicMs: () => number
  /** In [0, 1). */
  readonly random: () => number
  /** Each problem once, when it begins; `problems()` has those that last. */
  readonly onFailure: (problem: Problem) => void
  /** After `problems()` has changed, also when a problem is overcome. Default: nobody is told. */
  readonly onProblems?: () => void
  /** Asked before each request, so that a process that was stopped for a while writes nothing it may not. Default: always. */
  readonly mayWrite?: () => boolean
}

/** Writes statuses for one term of leadership: make one when leading begins, close it when that ends. */
export interface StatusWriter {
  /**
   * The wanted state: these Ingresses, by `namespace/name`, with these addresses. Only what differs is written, 8 at a time, 100
   * at once and then 20 a second, again until it succeeds. O(Ingresses) per call, with work only for those that changed.
   */
  update(ingresses: ReadonlyMap<string, KubernetesObject>, addresses: readonly LoadBalancerIngress[]): void
  /** What stands in the way now. */
  problems(): readonly Problem[]
  /** How many writes succeeded. */
  writes(): number
  /** Resolves once every Ingress has the wanted addresses, or writing them is over. */
  settled(): Promise<void>
  /**
   * Takes the addresses back, 8 at a time, wherever the status is exactly what was wanted last; then nothing is written any more.
   * Resolves when that's done or given up (three attempts each), or the writer is closed, which is still to be done.
   */
  clear(): Promise<void>
  /** Ends everything at once, requests under way too. */
  close(): void
}

const maxConcurrent = 8
const rate = { burst: 100, refillMs: 50 }

/** One Ingress; replaced when the Ingress is gone. */
interface Entry {
  readonly key: string
  readonly namespace: string
  readonly name: string
  memory: StatusMemory
  /** Before the next write, or only before what is observed counts again. */
  waiting: { readonly for: 'write' | 'look'; readonly cancel: () => void } | undefined
  /** In a row. */
  failures: number
  /** How often somebody else overwrote it. */
  overwritten: number
  /** The version that is no more. */
  gone: KubernetesObject | undefined
}

/** Writes nothing before the first `update`. */
export function statusWriter(options: StatusWriterOptions): StatusWriter {
  const { schedule, monotonicMs, random, mayWrite = () => true } = options
  const stop = new AbortController()
  const requests = { ...options, signal: stop.signal }
  const problems = statusProblems({ onFailure: options.onFailure, onProblems: options.onProblems ?? ignored })
  const bucket = tokenBucket(rate)
  const entries = new Map<string, Entry>()
  const ready = new Set<Entry>()
  const running = new Map<Entry, Promise<void>>()
  const restingUntilMs = new Map<string, number>()
  let wanted: { readonly key: string; readonly addresses: readonly LoadBalancerIngress[] } | undefined
  let mode: 'write' | 'clear' | 'closed' = 'write'
  let allRestUntilMs = 0
  let writes = 0
  let cancelPump: (() => void) | undefined
  let settledWaiters: (() => void)[] = []

  /** Decides what an Ingress needs now: nothing, a write, or a later look. */
  const consider = (entry: Entry): void => {
    if (mode !== 'write' || !wanted || running.has(entry) || entries.get(entry.key) !== entry) return
    ready.delete(entry)
    if (entry.waiting?.for === 'look') endWait(entry)
    const present = presentStatus(entry.memory, monotonicMs())
    if (entry.gone === entry.memory.object || present.key === wanted.key) {
      endWait(entry)
      entry.failures = 0
      problems.unneeded(entry)
      if (present.untilMs !== undefined) wait(entry, 'look', present.untilMs - monotonicMs())
    } else if (entry.memory.ownKey === wanted.key) {
      // We wrote that, and now it's something else. The first time is put right at once; a fight is not worth many writes.
      entry.memory = { ...entry.memory, ownKey: undefined }
      entry.overwritten += 1
      problems.contested(entry)
      if (entry.overwritten === 1) ready.add(entry)
      else wait(entry, 'write', statusRetryDelayMs(entry.overwritten - 1, random))
    } else if (!entry.waiting) ready.add(entry)
  }
  const wait = (entry: Entry, reason: 'write' | 'look', delayMs: number): void => {
    endWait(entry)
    const cancel = schedule(delayMs, () => {
      entry.waiting = undefined
      consider(entry)
      pump()
    })
    entry.waiting = { for: reason, cancel }
  }

  /** Starts writes as long as it may. */
  const pump = (): void => {
    cancelPump?.()
    cancelPump = undefined
    for (const entry of ready) {
      if (mode !== 'write' || running.size >= maxConcurrent || !mayWrite()) return
      const nowMs = monotonicMs()
      const restMs = (restingUntilMs.get(entry.namespace) ?? 0) - nowMs
      if (restMs > 0) {
        ready.delete(entry)
        wait(entry, 'write', restMs)
        continue
      }
      restingUntilMs.delete(entry.namespace)
      const pauseMs = Math.max(allRestUntilMs - nowMs, bucket.waitMs(nowMs))
      if (pauseMs > 0) {
        cancelPump = schedule(pauseMs, pump)
        return
      }
      bucket.take(nowMs)
      ready.delete(entry)
      running.set(entry, write(entry))
    }
    if (ready.size === 0 && running.size === 0) settle()
  }
  const settle = (): void => {
    if (settledWaiters.length === 0 || (mode === 'write' && [...entries.values()].some(needsWrite))) return
    for (const resolve of settledWaiters) resolve()
    settledWaiters = []
  }
  const needsWrite = ({ memory, gone }: Entry): boolean =>
    gone !== memory.object && wanted !== undefined && presentStatus(memory, monotonicMs()).key !== wanted.key

  const write = async (entry: Entry): Promise<void> => {
    const { addresses, key } = wanted ?? { addresses: [], key: '' }
    const over = entry.memory.object
    const answer = await patchStatus(requests, over, { addresses })
    running.delete(entry)
    if (mode === 'closed') return
    take(entry, answer, { key, over })
    consider(entry)
    pump()
  }
  const take = (
    entry: Entry,
    answer: ApiAnswer,
    wrote: { readonly key: string; readonly over: KubernetesObject },
  ): void => {
    if (answer.kind === 'ok') {
      writes += 1
      entry.memory = withWrite(entry.memory, { ...wrote, answer: answer.object, nowMs: monotonicMs() })
      entry.failures = 0
      problems.overcome(entry)
    } else if (answer.failure.status === 404) entry.gone = wrote.over
    else if (entries.get(entry.key) === entry) postpone(entry, answer.failure)
  }
  const postpone = (entry: Entry, failure: ApiFailure): void => {
    const nowMs = monotonicMs()
    entry.failures += 1
    if (failure.status === 403) {
      const delayMs = forbiddenDelayMs(random)
      restingUntilMs.set(entry.namespace, nowMs + delayMs)
      problems.forbidden(entry, failure)
      return wait(entry, 'write', delayMs)
    }
    const delayMs = Math.max(failure.retryAfterMs ?? 0, statusRetryDelayMs(entry.failures, random))
    if (concernsAll(failure)) allRestUntilMs = Math.max(allRestUntilMs, nowMs + delayMs)
    problems.failed(entry, failure)
    return wait(entry, 'write', delayMs)
  }

  const forget = (entry: Entry): void => {
    endWait(entry)
    ready.delete(entry)
    entries.delete(entry.key)
    problems.forget(entry)
  }
  const idle = (): void => {
    cancelPump?.()
    ready.clear()
    for (const entry of entries.values()) endWait(entry)
  }

  return {
    update: (ingresses, addresses) => {
      if (mode !== 'write') return
      const key = addressesKey(addresses)
      const isSame = key === wanted?.key
      if (!isSame) wanted = { key, addresses: canonicalAddresses(addresses) }
      for (const [name, object] of ingresses) {
        const entry = entries.get(name)
        if (entry?.memory.object === object && isSame) continue
        if (entry) entry.memory = withObject(entry.memory, object)
        const current = entry ?? newEntry(name, object)
        entries.set(name, current)
        consider(current)
      }
      if (entries.size > ingresses.size) {
        for (const entry of entries.values()) if (!ingresses.has(entry.key)) forget(entry)
      }
      pump()
    },
    problems: () => problems.list(),
    writes: () => writes,
    settled: () =>
      new Promise(resolve => {
        settledWaiters.push(resolve)
        if (mode === 'closed' || running.size === 0) settle()
      }),
    clear: async () => {
      if (mode !== 'write') return
      mode = 'clear'
      idle()
      settle()
      await Promise.all(running.values())
      const ours = wanted?.key ?? ''
      const targets = [...entries.values()].flatMap(({ memory }) => {
        const present = presentStatus(memory, monotonicMs())
        return ours !== '' && present.key === ours ? [{ object: memory.object, version: present.resourceVersion }] : []
      })
      await clearStatuses({ ...requests, random, mayWrite, maxConcurrent }, targets, ours)
    },
    close: () => {
      mode = 'closed'
      stop.abort()
      idle()
      settle()
    },
  }
}

const ignored = (): void => undefined

function endWait(entry: Entry): void {
  entry.waiting?.cancel()
  entry.waiting = undefined
}

function newEntry(key: string, object: KubernetesObject): Entry {
  const { namespace = 'default', name } = object.metadata
  const nothing = { waiting: undefined, failures: 0, overwritten: 0, gone: undefined }
  return { key, namespace, name, memory: observedStatus(object), ...nothing }
}
