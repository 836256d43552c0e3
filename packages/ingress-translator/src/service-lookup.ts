import type { KubernetesObject } from './kubernetes-object.ts'
import { asList, asRecord, asText } from './unknown-fields.ts'

/** The ports of a Service, as far as an Ingress can name them. */
export interface ServicePorts {
  /** Any number is a port of an ExternalName Service that lists none. */
  readonly kind: 'listed' | 'any'
  /** Number by name; unnamed ports are left out. */
  readonly byName: ReadonlyMap<string, number>
  /** Every listed TCP port. */
  readonly numbers: ReadonlySet<number>
}

const parsed = new WeakMap<KubernetesObject, ServicePorts>()

/** Reads `spec.ports` of a Service; entries that are no TCP port are passed over. Kept by object identity. */
export function servicePorts(service: KubernetesObject): ServicePorts {
  const known = parsed.get(service)
  if (known !== undefined) return known
  const ports = readPorts(service)
  parsed.set(service, ports)
  return ports
}

function readPorts(service: KubernetesObject): ServicePorts {
  const spec = asRecord(service['spec'])
  const byName = new Map<string, number>()
  const numbers = new Set<number>()
  for (const entry of asList(spec?.['ports']) ?? []) {
    const port = asRecord(entry)
    const number = port?.['port']
    if (typeof number !== 'number' || (asText(port?.['protocol']) ?? 'TCP') !== 'TCP') continue
    numbers.add(number)
    const name = asText(port?.['name'])
    if (name !== undefined && name !== '') byName.set(name, number)
  }
  const kind = spec?.['type'] === 'ExternalName' && numbers.size === 0 ? 'any' : 'listed'
  return { kind, byName, numbers }
}
