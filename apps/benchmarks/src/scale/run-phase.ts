/** One phase of a run: some seconds with or without changes, with or without traffic. */

import { cpus } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'
import { nextMessage } from '../measure/next-message.ts'
import { busyTimeOf, cpuTimeOf } from '../measure/proc.ts'
import { sharedNowMs } from './cluster-messages.ts'
import { type ClusterProcess, startProgram } from './cluster-process.ts'
import type { ControllerInCluster } from './controller-in-cluster.ts'
import type { LoadResult } from './load-program.ts'
import { residentMemory, spentBetween, type ThreadTimes, threadTimes } from './thread-times.ts'
import { within } from './within.ts'

/** Phases in their order. */
export type PhaseName = 'idle' | 'events' | 'traffic' | 'both' | 'probes'

export interface Phase {
  readonly name: PhaseName
  /** Start and end on the clock that all processes share. */
  readonly fromMs: number
  readonly toMs: number
  /** CPU seconds of the controller in each second that passed. */
  readonly cpu: ThreadTimes
  /** CPU seconds in each second that the machine spent on anything that is not part of this benchmark. Much of it, and the phase says little. */
  readonly strangers: number
  /** Changes a second that really came; 0 without. */
  readonly eventsPerSecond: number
  readonly load: LoadResult | undefined
  /** Resident memory of the controller at the end. */
  readonly memoryBytes: number
}

export interface PhaseParts {
  readonly seconds?: number
  readonly events?: number
  readonly requests?: number
  readonly hosts?: number
  /** Ends the phase in place of a time. */
  during?(): Promise<void>
}

const connections = 16
/** For the client to start, and to wait for late answers. */
const patienceMs = 60_000

interface PhaseContext {
  readonly cluster: ClusterProcess
  readonly controller: ControllerInCluster
  readonly tell: (line: string) => void
}

export async function runPhase(name: PhaseName, parts: PhaseParts, context: PhaseContext): Promise<Phase> {
  const { cluster, controller, tell } = context
  const { seconds = 0, events = 0, requests = 0, hosts = 1 } = parts
  if (events > 0) await cluster.tell({ kind: 'events', perSecond: events }, 'events')
  const fromMs = sharedNowMs()
  const before = threadTimes(controller.pid)
  const strangersBefore = strangersSeconds()
  const [loadResult] = await Promise.all([
    requests > 0 ? load(controller.httpPort, { seconds, requests, hosts }) : undefined,
    parts.during === undefined ? wait(seconds * 1000) : parts.during(),
  ])
  const spent = spentBetween(before, threadTimes(controller.pid))
  const strangers = strangersSeconds() - strangersBefore
  const toMs = sharedNowMs()
  const arrived = events > 0 ? await cluster.tell({ kind: 'events', perSecond: 0 }, 'events') : { count: 0, seconds: 1 }
  const passed = (toMs - fromMs) / 1000
  const phase: Phase = {
    name,
    fromMs,
    toMs,
    cpu: { main: spent.main / passed, traffic: spent.traffic / passed, others: spent.others / passed },
    strangers: Math.max(0, strangers / passed),
    eventsPerSecond: arrived.count / arrived.seconds,
    load: loadResult,
    memoryBytes: residentMemory(controller.pid).now,
  }
  tell(describePhase(phase))
  // What arrived last is worked off before the next phase.
  await wait(Math.min(500, (seconds * 1000) / 4))
  return phase
}

/** So far. The client, which ends within a phase, counts among them. */
function strangersSeconds(): number {
  const ours = cpuTimeOf(process.pid)
  const all = cpus().reduce((sum, _, core) => sum + busyTimeOf(core), 0)
  return (all - ours.userUs - ours.kernelUs) / 1e6
}

export async function load(
  port: number,
  { seconds, requests, hosts }: { readonly seconds: number; readonly requests: number; readonly hosts: number },
): Promise<LoadResult> {
  const client = startProgram('load-program', [port, requests, seconds, connections, hosts])
  try {
    return (await within(nextMessage(client, 'the client'), seconds * 1000 + patienceMs, 'the client')) as LoadResult
  } finally {
    await client.stop()
  }
}

function describePhase({ name, cpu, strangers, eventsPerSecond, load: traffic, memoryBytes }: Phase): string {
  const seconds = `CPU main ${cpu.main.toFixed(3)}, traffic threads ${cpu.traffic.toFixed(3)}, others ${cpu.others.toFixed(3)} s/s (strangers ${strangers.toFixed(2)})`
  const events = eventsPerSecond > 0 ? `, ${eventsPerSecond.toFixed(0)} events/s` : ''
  const latency =
    traffic === undefined
      ? ''
      : `, ${traffic.requests} requests, ${traffic.errors} errors, p50 ${traffic.p50Ms.toFixed(2)}, p99 ${traffic.p99Ms.toFixed(2)}, max ${traffic.maxMs.toFixed(1)} ms (client late: p99 ${traffic.lateP99Ms.toFixed(2)} ms)`
  return `${name}: ${seconds}, ${Math.round(memoryBytes / 1e6)} MB${events}${latency}`
}
