/** Reads what endpoint sets need from a Service object that nobody has validated. */
import type { KubernetesObject } from '@ingresskit/kubernetes-watch'
import type { EndpointProblem } from './endpoint-problem.ts'
import { objectIdentity } from './object-identity.ts'
import { parseExternalName, type ExternalName } from './parse-external-name.ts'
import { problemList, type ProblemList } from './problem-list.ts'
import { asList, asObject, asPortNumber, asString, quote } from './unvalidated.ts'

export interface ParsedService {
  readonly namespace: string
  readonly name: string
  /** TCP ports only; at most one per number, the first. */
  readonly ports: readonly ServicePort[]
  /** `spec.ipFamilies`, primary first; empty when it does not say. */
  readonly ipFamilies: readonly ('IPv4' | 'IPv6')[]
  /** Present for type ExternalName only. */
  readonly externalName?: ExternalName
}

export interface ServicePort {
  /** `''` when the port has no name. */
  readonly name: string
  readonly port: number
  /** A number, or the name of a container port that only slices can resolve. */
  readonly targetPort: number | string
  readonly appProtocol?: string
}

export type ServiceResult =
  | { readonly kind: 'service'; readonly service: ParsedService; readonly problems: readonly EndpointProblem[] }
  | { readonly kind: 'invalid'; readonly problems: readonly EndpointProblem[] }

/** Total: never throws, whatever the object holds. A bad port is a problem and is left out. */
export function parseService(object: KubernetesObject): ServiceResult {
  const identity = objectIdentity(object)
  const list = problemList({ kind: 'Service', namespace: identity?.namespace ?? '', name: identity?.name ?? '' })
  if (identity === undefined) {
    list.add({ reason: 'ServiceInvalid', field: 'metadata', message: 'a Service needs a namespace and a name' })
    return { kind: 'invalid', problems: list.problems }
  }
  const spec = asObject(object['spec']) ?? {}
  const service: ParsedService = {
    namespace: identity.namespace,
    name: identity.name,
    ports: parsePorts(spec['ports'], list),
    ipFamilies: (asList(spec['ipFamilies']) ?? []).filter(family => family === 'IPv4' || family === 'IPv6'),
    ...(spec['type'] === 'ExternalName' ? { externalName: externalName(spec['externalName'], list) } : {}),
  }
  return { kind: 'service', service, problems: list.problems }
}

function parsePorts(value: unknown, list: ProblemList): readonly ServicePort[] {
  const items = asList(value)
  if (items === undefined) {
    list.add({ reason: 'ServicePortInvalid', field: 'spec.ports', message: 'spec.ports must be a list' })
    return []
  }
  const byNumber = new Map<number, ServicePort>()
  for (const [index, item] of items.entries()) {
    const port = parsePort(item)
    if (port.kind === 'port' && !byNumber.has(port.port.port)) byNumber.set(port.port.port, port.port)
    if (port.kind === 'bad') {
      list.add({ reason: 'ServicePortInvalid', field: `spec.ports[${index}]${port.field}`, message: port.message })
    }
  }
  return [...byNumber.values()]
}

type PortResult =
  | { readonly kind: 'port'; readonly port: ServicePort }
  | { readonly kind: 'not-tcp' }
  | { readonly kind: 'bad'; readonly field: string; readonly message: string }

function parsePort(item: unknown): PortResult {
  const fields = asObject(item)
  if (fields === undefined) return { kind: 'bad', field: '', message: `a port must be an object, not ${quote(item)}` }
  if ((fields['protocol'] ?? 'TCP') !== 'TCP') return { kind: 'not-tcp' }
  const port = asPortNumber(fields['port'])
  if (port === undefined) {
    return { kind: 'bad', field: '.port', message: `must be 1 to 65535, not ${quote(fields['port'])}` }
  }
  const targetPort = parseTargetPort(fields['targetPort'] ?? port)
  if (targetPort === undefined) {
    const message = `must be 1 to 65535 or a port name, not ${quote(fields['targetPort'])}`
    return { kind: 'bad', field: '.targetPort', message }
  }
  const appProtocol = asString(fields['appProtocol'])
  const name = asString(fields['name']) ?? ''
  return { kind: 'port', port: { name, port, targetPort, ...(appProtocol === undefined ? {} : { appProtocol }) } }
}

function parseTargetPort(value: unknown): number | string | undefined {
  return typeof value === 'string' && value !== '' ? value : asPortNumber(value)
}

function externalName(value: unknown, list: ProblemList): ExternalName {
  const parsed = parseExternalName(value)
  if (parsed.kind !== 'name') {
    const reason = parsed.kind === 'invalid' ? 'ExternalNameInvalid' : 'ExternalNameRefused'
    list.add({ reason, field: 'spec.externalName', message: `externalName ${quote(value)} ${parsed.message}` })
  }
  return parsed
}
