// What to write to `status.loadBalancer.ingress` of every Ingress, as the options say.
import { callApi, type ClusterApi, type KubernetesObject, type Schedule } from '@ingresskit/kubernetes-watch'
import { type Problem, type ReportedProblem, toProblem } from '../problem.ts'
import { nodeAddresses, type NodeAddressType } from './published-addresses-of-nodes.ts'
import { serviceAddresses } from './published-addresses-of-service.ts'
import type { Replica } from './replica.ts'
import { addressesKey, canonicalAddresses, type LoadBalancerIngress, statusAddress } from './status-address.ts'

/** Where the addresses come from. The first one that is given counts: list, Service, nodes. */
export interface PublishedAddressesOptions {
  readonly api: ClusterApi
  readonly replica: Replica
  readonly schedule: Schedule
  /** In [0, 1). */
  readonly random: () => number
  /** `--publish-status-address`; empty: not given. */
  readonly statusAddresses: readonly string[]
  /** `--publish-service`, as `namespace/name`. */
  readonly service: string | undefined
  /** `--publish-node-addresses`; says which addresses of the nodes count for a NodePort Service too. */
  readonly nodeAddresses: 'none' | NodeAddressType
  /** After each change of `addresses()` or `problems()`. */
  readonly onChange: () => void
}

/** The wanted addresses, kept up to date. */
export interface PublishedAddresses {
  /** In one order, without duplicates. `undefined`: not known (now), so that the status has to be left as it is. */
  addresses(): readonly LoadBalancerIngress[] | undefined
  /** What stands in the way. */
  problems(): readonly Problem[]
  /** The Services of the newest snapshot: when the one to publish is among them, its changes count at once. */
  observe(services: ReadonlyMap<string, KubernetesObject>): void
  /** Stops reading; `onChange` is not called any more. */
  close(): void
}

/** How often the API server is asked for what is not watched. */
const readEveryMs = 60_000
const jitter = 0.1

interface Known {
  readonly addresses: readonly LoadBalancerIngress[] | undefined
  readonly problems: readonly ReportedProblem[]
}

/** Reads at once where something has to be read, then once a minute: the pods and nodes, and a Service that is not watched. */
export function publishedAddresses(options: PublishedAddressesOptions): PublishedAddresses {
  const { service: serviceKey, schedule, random, onChange } = options
  const listed = options.statusAddresses.length > 0 ? fromList(options.statusAddresses) : undefined
  const stop = new AbortController()
  let watched: KubernetesObject | undefined
  let read: ServiceRead = { kind: 'unread' }
  let nodes: Known | undefined
  let shown = ''
  let reading: 'no' | 'yes' | 'again' = 'no'
  let cancelNext = (): void => undefined

  const fromService = (): Known & { readonly needsNodes?: true } => {
    const object = watched ?? (read.kind === 'object' ? read.object : undefined)
    if (!object) return { addresses: undefined, problems: read.kind === 'failed' ? [read.problem] : [] }
    const found = serviceAddresses(object)
    // A headless Service says nothing about where it's reached, unlike one whose load balancer has no address yet.
    const says = found.addresses.length > 0 || !found.problems.some(({ reason }) => reason === 'PublishServiceUnusable')
    if (found.addresses !== 'nodes') return { ...found, addresses: says ? found.addresses : undefined }
    return {
      addresses: nodes?.addresses,
      problems: [...found.problems, ...(nodes?.problems ?? [])],
      needsNodes: true,
    }
  }
  const current = (): Known & { readonly needsNodes?: true } => {
    if (listed) return listed
    if (serviceKey !== undefined) return fromService()
    if (options.nodeAddresses === 'none') return { addresses: undefined, problems: [] }
    return { addresses: nodes?.addresses, problems: nodes?.problems ?? [], needsNodes: true }
  }
  const show = (): void => {
    const { addresses, problems } = current()
    const next = JSON.stringify([addresses === undefined ? null : addressesKey(addresses), problems])
    if (next === shown || stop.signal.aborted) return
    shown = next
    onChange()
  }

  const readNodes = async (): Promise<void> => {
    const type: NodeAddressType = options.nodeAddresses === 'none' ? 'any' : options.nodeAddresses
    const found = await nodeAddresses({ ...options, signal: stop.signal }, type)
    // Addresses that were read before stay published while the API server doesn't answer.
    const none = found.kind === 'addresses' && found.addresses.length === 0
    nodes =
      found.kind === 'addresses'
        ? { addresses: none ? undefined : found.addresses, problems: none ? [noNodeAddress(type)] : [] }
        : { addresses: nodes?.addresses, problems: [nodesUnknown(found.message)] }
  }
  const readAll = async (): Promise<void> => {
    if (serviceKey !== undefined && !watched) {
      const next = await readService(options.api, serviceKey, stop.signal)
      // An object that was read before stays while the API server doesn't answer; one that is gone doesn't.
      if (next.kind !== 'failed' || next.problem.reason === 'PublishServiceMissing' || read.kind !== 'object')
        read = next
    }
    if (current().needsNodes) await readNodes()
  }
  const refresh = (): void => {
    if (listed || stop.signal.aborted || (serviceKey === undefined && options.nodeAddresses === 'none')) return
    if (reading !== 'no') {
      reading = 'again'
      return
    }
    reading = 'yes'
    cancelNext()
    void readAll().then(() => {
      show()
      const again = reading === 'again'
      reading = 'no'
      if (again) refresh()
      else if (!stop.signal.aborted) cancelNext = schedule(readEveryMs * (1 + jitter * random()), refresh)
    })
  }

  refresh()
  return {
    addresses: () => current().addresses,
    problems: () => current().problems.map(toProblem),
    observe: services => {
      const next = serviceKey === undefined ? undefined : services.get(serviceKey)
      if (next === watched || listed) return
      const needed = current().needsNodes
      const vanished = next === undefined
      watched = next
      // Gone from the snapshot: deleted, or not read any more; asking tells which, and until then it stays as it was.
      if (vanished || current().needsNodes !== needed) refresh()
      if (!vanished) show()
    },
    close: () => {
      stop.abort()
      cancelNext()
    },
  }
}

type ServiceRead =
  | { readonly kind: 'unread' }
  | { readonly kind: 'object'; readonly object: KubernetesObject }
  | { readonly kind: 'failed'; readonly problem: ReportedProblem }

async function readService(api: ClusterApi, key: string, signal: AbortSignal): Promise<ServiceRead> {
  const [namespace = '', name = ''] = key.split('/')
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/services/${encodeURIComponent(name)}`
  const answer = await callApi(api, { method: 'GET', path, signal })
  const object = { kind: 'Service', namespace, name }
  if (answer.kind === 'ok') {
    return {
      kind: 'object',
      object: { ...answer.object, apiVersion: 'v1', kind: 'Service', metadata: { namespace, name } },
    }
  }
  const { status, message } = answer.failure
  const field = '--publish-service'
  if (status === 404) {
    const missing =
      'there is no such Service; create it or correct the option. The status of the Ingresses is left as it is'
    return {
      kind: 'failed',
      problem: { severity: 'error', reason: 'PublishServiceMissing', ...object, field, message: missing },
    }
  }
  const remedy =
    status === 403
      ? `grant the RBAC verb "get" on "services" in API group "" with a Role in namespace "${namespace}"`
      : 'it is tried again'
  const text = `cannot get the Service: ${status === 0 ? '' : `${status} `}${message}; ${remedy}`
  return {
    kind: 'failed',
    problem: { severity: 'error', reason: 'PublishServiceUnreadable', ...object, field, message: text },
  }
}

function fromList(texts: readonly string[]): Known {
  const addresses = canonicalAddresses(texts.flatMap(text => statusAddress(text.trim()) ?? []))
  const wrong = texts.filter(text => !statusAddress(text.trim()))
  const problems = wrong.map((text): ReportedProblem => ({
    severity: 'error',
    reason: 'PublishAddressInvalid',
    field: '--publish-status-address',
    message: `${JSON.stringify(text)} is no IP address and no DNS name; correct the option. It is not published`,
  }))
  return { addresses: addresses.length > 0 ? addresses : undefined, problems }
}

function noNodeAddress(type: NodeAddressType): ReportedProblem {
  const kind = type === 'any' ? '' : `${type} `
  const message = `no node that runs this controller has an ${kind}address; choose another --publish-node-addresses. The status of the Ingresses is left as it is`
  return { severity: 'warning', reason: 'PublishNodesUnusable', field: '--publish-node-addresses', message }
}

function nodesUnknown(message: string): ReportedProblem {
  return { severity: 'error', reason: 'PublishNodesUnreadable', field: '--publish-node-addresses', message }
}
