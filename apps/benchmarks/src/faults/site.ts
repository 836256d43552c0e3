/** The site in the cluster: a Service with pods and Ingresses, what changes in it, and whether a controller knows. */

import type { FakeApiServer } from '@ingresskit/testkit'
import { ingressClass, ingressFor, sliceOf, webService } from './cluster-objects.ts'
import { type Pod, startPod } from './pod.ts'

/** The host that the load asks for. */
export const siteHost = 'site.test'

export interface Site {
  /** Pods that are Ready in the cluster, oldest first. */
  pods(): readonly Pod[]
  /** Starts a pod; it is Ready in the cluster when this resolves. */
  addPod(): Promise<Pod>
  /** Its endpoint is terminating from now on. */
  terminate(pod: Pod): void
  /** Its endpoint is gone from the cluster; the pod runs on until it is told to end. */
  remove(pod: Pod): void
  /** An Ingress for this host is in the cluster from now on. */
  addHost(host: string): void
  /**
   * Changes one object of each sort that can be missed: a new Ingress comes and the one before it goes, a pod comes and
   * the oldest one's endpoint goes. That pod answers on: nothing may get lost because the controller does not know yet.
   */
  change(): Promise<void>
  /** How a controller's view differs from the cluster, by its admin port; empty = it knows everything. Rejects while it cannot be asked. */
  differences(adminPort: number): Promise<readonly string[]>
  close(): Promise<void>
}

const podCount = 3

/** Creates it in an API server. */
export async function createSite(api: FakeApiServer): Promise<Site> {
  const running = new Set<Pod>()
  const ready: Pod[] = []
  const hosts = new Set([siteHost])
  let podsMade = 0
  let changes = 0

  const addPod = async (): Promise<Pod> => {
    podsMade += 1
    const pod = await startPod(`pod-${podsMade}`)
    running.add(pod)
    ready.push(pod)
    api.create(sliceOf(pod, 'ready'))
    return pod
  }
  const forget = (pod: Pod): void => {
    const index = ready.indexOf(pod)
    if (index >= 0) ready.splice(index, 1)
  }
  const remove = (pod: Pod): void => {
    forget(pod)
    api.delete('EndpointSlice', `default/web-${pod.name}`)
  }

  for (const object of [ingressClass, webService, ingressFor('site', siteHost)]) api.create(object)
  for (let made = 0; made < podCount; made += 1) await addPod()

  return {
    pods: () => [...ready],
    addPod,
    terminate: pod => {
      forget(pod)
      api.update(sliceOf(pod, 'terminating'))
    },
    remove,
    addHost: host => hosts.add(host),
    change: async () => {
      changes += 1
      if (changes > 1) {
        hosts.delete(lateHost(changes - 1))
        api.delete('Ingress', `default/late-${changes - 1}`)
      }
      hosts.add(lateHost(changes))
      api.create(ingressFor(`late-${changes}`, lateHost(changes)))
      await addPod()
      const [oldest] = ready
      if (oldest !== undefined) remove(oldest)
    },
    differences: async adminPort => {
      const endpoints = (await adminView(adminPort, 'endpoints')) as readonly EndpointRow[]
      const routes = (await adminView(adminPort, 'routes')) as readonly { readonly host: string }[]
      const usable = endpoints.filter(row => row.usable).map(row => row.address)
      return [
        ...differencesOf('endpoint', new Set(usable), new Set(ready.map(pod => pod.address))),
        ...differencesOf('host', new Set(routes.map(route => route.host)), hosts),
      ]
    },
    close: async () => {
      await Promise.all([...running].map(async pod => pod.die()))
    },
  }
}

interface EndpointRow {
  readonly address: string
  readonly usable: boolean
}

function lateHost(change: number): string {
  return `late-${change}.test`
}

async function adminView(port: number, view: string): Promise<unknown> {
  const response = await fetch(`http://127.0.0.1:${port}/api/v1/${view}`)
  return response.json()
}

function differencesOf(what: string, known: ReadonlySet<string>, real: ReadonlySet<string>): readonly string[] {
  return [
    ...[...real].filter(name => !known.has(name)).map(name => `${what} ${name} is missing`),
    ...[...known].filter(name => !real.has(name)).map(name => `${what} ${name} is not there any more`),
  ]
}
