/** One run: fills a cluster, starts the controller on it, and measures phase by phase. */

import { setTimeout as wait } from 'node:timers/promises'
import { randomNumbers } from '../random-numbers.ts'
import { startBackends, startCluster } from './cluster-process.ts'
import { startControllerInCluster } from './controller-in-cluster.ts'
import { describeProbes, measureProbes, type ProbeTimes } from './probes.ts'
import { load, type Phase, type PhaseName, type PhaseParts, runPhase } from './run-phase.ts'
import type { ScaleOptions } from './scale-options.ts'
import { type ClusterShape, hotServices } from './scale-set.ts'
import { residentMemory, type ThreadTimes, threadTimes } from './thread-times.ts'

export interface ScaleFigures {
  readonly objects: number
  readonly readyMs: number
  readonly readyAtMs: number
  /** CPU seconds until it was ready. */
  readonly startCpu: ThreadTimes
  readonly memory: {
    readonly readyBytes: number
    readonly settledBytes: number
    /** The most until it was ready. */
    readonly startPeakBytes: number
    readonly peakBytes: number
  }
  readonly phases: readonly Phase[]
  readonly quietProbes: ProbeTimes
  readonly busyProbes: ProbeTimes
  readonly complaints: { readonly count: number; readonly last: string }
}

const idleSeconds = 10
const maxQuietProbes = 40

/** Takes some minutes; `tell` hears what goes on. Everything that it starts has ended when it returns or rejects. */
export async function measureScale(
  options: ScaleOptions,
  folder: string,
  tell: (line: string) => void,
): Promise<ScaleFigures> {
  await using running = new AsyncDisposableStack()
  const backends = await startBackends()
  running.defer(backends.stop)
  const shape: ClusterShape = { ...options, backendPorts: backends.ports }
  const cluster = startCluster()
  running.defer(cluster.stop)
  tell(
    `filling a cluster: ${options.ingresses} Ingresses, ${options.services} Services, ${options.endpoints} endpoints`,
  )
  const { kubeconfig, objects } = await cluster.tell({ kind: 'fill', shape, seed: options.seed }, 'filled')
  tell(`${objects} objects; starting the controller`)
  const { workers, controller: program, profile } = options
  const controller = await startControllerInCluster({ kubeconfig, workers, program, folder, profile })
  running.defer(controller.stop)
  const startCpu = threadTimes(controller.pid)
  const { now: readyBytes, peak: startPeakBytes } = residentMemory(controller.pid)
  tell(`ready after ${controller.readyMs.toFixed(0)} ms, ${Math.round(readyBytes / 1e6)} MB; letting it settle`)
  await wait(Math.min(5, options.seconds) * 1000)
  const settledBytes = residentMemory(controller.pid).now

  const phases: Phase[] = []
  const run = async (name: PhaseName, parts: PhaseParts): Promise<void> => {
    const phase = await runPhase(name, parts, { cluster, controller, tell })
    phases.push(phase)
  }
  const { events, requests, seconds } = options
  const busy = { events }
  const loaded = { requests, hosts: Math.min(hotServices(shape), options.ingresses) }
  await run('idle', { seconds: Math.min(idleSeconds, seconds) })
  await run('events', { seconds, ...busy })
  tell('warming up traffic')
  await load(controller.httpPort, { seconds: Math.min(5, seconds), ...loaded })
  await run('traffic', { seconds, ...loaded })
  await run('both', { seconds, ...busy, ...loaded })
  const random = randomNumbers(options.seed, 'probes')
  const quietCount = Math.min(maxQuietProbes, options.probes)
  const quietProbes = await measureProbes(cluster, controller.httpPort, { count: quietCount, first: 0, random })
  tell(`quiet, ${describeProbes(quietProbes)}`)
  let busyProbes = quietProbes
  await run('probes', {
    ...busy,
    async during() {
      busyProbes = await measureProbes(cluster, controller.httpPort, {
        count: options.probes,
        first: quietCount,
        random,
      })
      tell(`while events arrive, ${describeProbes(busyProbes)}`)
    },
  })
  const { peak: peakBytes } = residentMemory(controller.pid)
  const complaints = controller.complaints()
  return {
    objects,
    readyMs: controller.readyMs,
    readyAtMs: controller.readyAtMs,
    startCpu,
    memory: { readyBytes, settledBytes, startPeakBytes, peakBytes },
    phases,
    quietProbes,
    busyProbes,
    complaints,
  }
}
