/** What faults happen to: an API server behind a link, a site with pods, controllers, and clients of them. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fakeApiServer, type FakeApiServer } from '@ingresskit/testkit'
import { type ApiLink, apiLink } from './api-link.ts'
import { type ControllerReplica, startReplica } from './controller-replica.ts'
import { eventually } from './eventually.ts'
import { type ReplicaService, replicaService } from './replica-service.ts'
import type { Scenario, ScenarioLength } from './scenario.ts'
import { createSite, type Site } from './site.ts'

export interface FaultStage {
  readonly length: ScenarioLength
  readonly api: FakeApiServer
  readonly link: ApiLink
  readonly site: Site
  /** Spreads the clients' connections over the replicas. */
  readonly service: ReplicaService
  /** Those that were started and have not ended, oldest first. Throws when one ended by itself. */
  replicas(): readonly ControllerReplica[]
  /** Starts one more and puts it into the Service when it is ready. */
  addReplica(): Promise<ControllerReplica>
  /** Resolves once every replica knows the whole cluster, with the time it took from `sinceMs` (`performance.now`). */
  converged(sinceMs: number): Promise<number>
  /** Requests and attempts to connect that reached the API server or its link. */
  apiRequests(): number
  /** Ends everything that was started. */
  close(): Promise<void>
}

/** Longer than the longest wait between two attempts of a controller, and than its silence limit. */
const convergeWithinMs: Readonly<Record<ScenarioLength, number>> = { short: 45_000, full: 200_000 }

/** How long it takes in this cluster until nobody connects to a replica that is not ready. */
const propagationMs: Readonly<Record<ScenarioLength, number>> = { short: 200, full: 1000 }

/** Sets everything up for a scenario, which has not begun then. */
export async function openStage(scenario: Scenario, length: ScenarioLength): Promise<FaultStage> {
  const closing: (() => Promise<unknown>)[] = []
  const close = async (): Promise<void> => {
    for (const each of closing.splice(0).toReversed()) await each()
  }
  try {
    const folder = await mkdtemp(join(tmpdir(), 'ingresskit-faults-'))
    closing.push(async () => rm(folder, { recursive: true }))
    const api = await fakeApiServer()
    closing.push(async () => api.close())
    const link = await apiLink(api.url)
    closing.push(async () => link.close())
    const site = await createSite(api)
    closing.push(async () => site.close())
    const service = replicaService({ propagationMs: propagationMs[length] })
    const started: ControllerReplica[] = []
    closing.push(async () => Promise.all(started.map(async replica => replica.kill())))
    closing.push(async () => service.close())

    const replicas = (): readonly ControllerReplica[] => {
      const fallen = started.find(replica => replica.hasEnded() && !replica.isMeddledWith())
      if (fallen !== undefined) throw new Error(`${fallen.name} ended by itself: ${fallen.said()}`)
      return started.filter(replica => !replica.hasEnded())
    }
    const addReplica = async (): Promise<ControllerReplica> => {
      const name = `replica-${started.length + 1}`
      const kubeconfig = join(folder, name)
      await writeFile(kubeconfig, JSON.stringify(kubeconfigOf(name, link.url)))
      const replica = await startReplica({ name, kubeconfig, more: scenario.options?.(length) ?? [] })
      started.push(replica)
      service.add(replica)
      return replica
    }
    for (let wanted = scenario.replicas ?? 1; wanted > 0; wanted -= 1) await addReplica()
    return {
      length,
      api,
      link,
      site,
      service,
      replicas,
      addReplica,
      converged: async sinceMs => {
        await eventually(async () => {
          for (const { name, adminPort } of replicas()) {
            const [difference] = await site.differences(adminPort)
            if (difference !== undefined) throw new Error(`${name} does not know the cluster: ${difference}`)
          }
        }, convergeWithinMs[length])
        return performance.now() - sinceMs
      },
      apiRequests: () => api.requests().length + link.refused(),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** Each replica has a token of its own, its name, which tells the requests of one from those of another. */
function kubeconfigOf(name: string, server: string): object {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'faults',
    clusters: [{ name: 'faults', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name, user: { token: name } }],
    contexts: [{ name: 'faults', context: { cluster: 'faults', user: name } }],
  }
}
