// The Services of an Ingress that is looked at alone: they may be created after it, so none is ever missing.
import type { KubernetesObject } from '@ingresskit/ingress-translator'
import { fieldOf, ingressPaths } from './ingress-paths.ts'

/**
 * A map in which every Service exists and has every port that this Ingress names, so that nothing is said about Services at all.
 *
 * Linear in the size of the Ingress; the map holds nothing but one Service.
 */
export function assumedServices(ingress: KubernetesObject): ReadonlyMap<string, KubernetesObject> {
  const ports = [...namedPorts(ingress)].map((port, index) =>
    typeof port === 'number' ? { port } : { name: port, port: assumedNumber + (index % assumedNumbers) },
  )
  return new OneForAll({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'assumed', namespace: ingress.metadata.namespace ?? 'default' },
    spec: { ports },
  })
}

/** Numbers for ports that are asked for by name; which ones does not matter, they only have to be valid. */
const assumedNumber = 1
const assumedNumbers = 65_535

/** Answers every key with the same Service. */
class OneForAll extends Map<string, KubernetesObject> {
  readonly #service: KubernetesObject

  constructor(service: KubernetesObject) {
    super()
    this.#service = service
  }

  override get(): KubernetesObject {
    return this.#service
  }

  override has(): boolean {
    return true
  }
}

function namedPorts(ingress: KubernetesObject): ReadonlySet<number | string> {
  const paths = ingressPaths(ingress).map(path => fieldOf(path, 'backend'))
  const ports = new Set<number | string>()
  for (const backend of [fieldOf(ingress['spec'], 'defaultBackend'), ...paths]) {
    const port = fieldOf(fieldOf(backend, 'service'), 'port')
    for (const value of [fieldOf(port, 'number'), fieldOf(port, 'name')])
      if (typeof value === 'number' || typeof value === 'string') ports.add(value)
  }
  return ports
}
