/** Changes as they come in a busy cluster, one at a time. */

import type { FakeObjectInput } from '@ingresskit/testkit'
import {
  type ClusterShape,
  type Endpoint,
  endpoint,
  hotServices,
  ingress,
  loopback,
  namespace,
  podAddress,
  service,
  serviceName,
  slicesOf,
} from './scale-set.ts'

/** What a change is of: 80 % EndpointSlices, 10 % Ingresses, 5 % Services, 5 % only the status of an Ingress. */
export type EventKind = 'endpoints' | 'ingress' | 'service' | 'status'

/** Draws a change of what is stored: an object with its new content. */
export type DrawEvent = () => { readonly kind: EventKind; readonly object: FakeObjectInput }

/** Changes of a cluster that was filled with this shape; `stored` gives the object of that kind and `namespace/name`. */
export function randomEvents(
  shape: ClusterShape,
  {
    random,
    stored,
  }: { readonly random: () => number; readonly stored: (kind: string, key: string) => FakeObjectInput },
): DrawEvent {
  const below = (limit: number): number => Math.floor(random() * limit)
  const sliceNames = Array.from({ length: shape.services }, (_, index) =>
    [...slicesOf(shape, index)].map(({ metadata }) => metadata.name),
  )
  // New pods get addresses that no pod had.
  let serial = shape.endpoints * 2

  const changedSlice = (): FakeObjectInput => {
    const index = below(shape.services)
    const names = sliceNames[index] ?? []
    const slice = stored('EndpointSlice', `${namespace}/${names[below(names.length)] ?? ''}`)
    const endpoints = [...(slice['endpoints'] as readonly Endpoint[])]
    const at = below(endpoints.length)
    const old = endpoints[at]
    if (old === undefined) return slice
    serial += 1
    const isHot = index < hotServices(shape)
    // Half are new pods in place of old ones, half become ready or cease to be.
    endpoints[at] =
      random() < 0.5
        ? endpoint(isHot ? loopback(serial) : podAddress(serial), `${serviceName(index)}-${serial}`)
        : { ...old, conditions: flipped(old) }
    return { ...slice, endpoints }
  }
  const changedService = (): FakeObjectInput => {
    const name = serviceName(below(shape.services))
    serial += 1
    // Half change what no proxy looks at, half get or lose a port.
    if (random() < 0.5) return service(name, { release: serial })
    const { ports } = stored('Service', `${namespace}/${name}`)['spec'] as { readonly ports: readonly unknown[] }
    return service(name, { ports: ports.length === 1 ? 'two' : 'one' })
  }
  const changedStatus = (): FakeObjectInput => {
    serial += 1
    const old = stored('Ingress', `${namespace}/site-${below(shape.ingresses)}`)
    return { ...old, status: { loadBalancer: { ingress: [{ ip: podAddress(serial) }] } } }
  }

  return () => {
    const share = random()
    if (share < 0.8) return { kind: 'endpoints', object: changedSlice() }
    serial += 1
    if (share < 0.9) return { kind: 'ingress', object: ingress(shape, below(shape.ingresses), serial) }
    if (share < 0.95) return { kind: 'service', object: changedService() }
    return { kind: 'status', object: changedStatus() }
  }
}

function flipped({ conditions }: Endpoint): object {
  const ready = (conditions as { readonly ready: boolean }).ready
  return { ready: !ready, serving: !ready, terminating: false }
}
