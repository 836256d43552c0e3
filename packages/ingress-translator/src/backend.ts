import type { KubernetesObject } from './kubernetes-object.ts'
import type { ReportProblem } from './problem.ts'
import type { Backend, ObjectRef } from './route-target.ts'
import { servicePorts } from './service-lookup.ts'
import type { UnknownRecord } from './unknown-fields.ts'
import { asRecord, asText, quoted } from './unknown-fields.ts'

/** What an IngressBackend is resolved with. */
export interface BackendContext {
  /** Namespace of the Ingress; its backends are in the same one. */
  readonly namespace: string
  /** JSON path of the backend, e.g. `spec.defaultBackend`. */
  readonly field: string
  /** The Service with this `namespace/name`, or `undefined`. */
  readonly service: (key: string) => KubernetesObject | undefined
  readonly report: ReportProblem
}

/** An IngressBackend of networking.k8s.io/v1 → the Service port it means, or the reason why its requests get 503. */
export function resolveBackend(value: unknown, context: BackendContext): Backend {
  const backend = asRecord(value)
  const service = asRecord(backend?.['service'])
  if (backend?.['resource'] !== undefined && backend['resource'] !== null) return resourceBackend(context)
  if (service === undefined)
    return invalid(context, context.field, 'it names no Service; set service.name and service.port')
  const name = asText(service['name'])
  if (name === undefined || name === '') {
    return invalid(context, `${context.field}.service.name`, 'the name of the Service is missing')
  }
  return resolvePort({ namespace: context.namespace, name }, service, context)
}

function resolvePort(ref: ObjectRef, service: UnknownRecord, context: BackendContext): Backend {
  const key = `${ref.namespace}/${ref.name}`
  const field = `${context.field}.service.port`
  const port = asRecord(service['port'])
  const number = port?.['number']
  const name = asText(port?.['name'])
  if ((number === undefined) === (name === undefined)) {
    return invalid(context, field, 'the port needs either a number or a name')
  }
  if (number !== undefined && !isPort(number)) {
    return invalid(context, `${field}.number`, `${quoted(number)} is not a port number from 1 to 65535`)
  }
  const object = context.service(key)
  if (object === undefined) {
    const message = `Service ${key} does not exist; create it or correct the name`
    context.report('error', 'ServiceNotFound', { field: `${context.field}.service.name`, message })
    return { kind: 'unavailable', reason: 'service-not-found', service: ref, message }
  }
  const ports = servicePorts(object)
  const found = name === undefined ? (isPort(number) ? number : undefined) : ports.byName.get(name)
  if (found === undefined || (ports.kind === 'listed' && !ports.numbers.has(found))) {
    const known = [...ports.numbers].slice(0, 10).join(', ')
    const message = `Service ${key} has no TCP port ${quoted(name ?? number)}; its ports are: ${known === '' ? 'none' : known}`
    context.report('error', 'ServicePortNotFound', { field, message })
    return { kind: 'unavailable', reason: 'service-port-not-found', service: ref, message }
  }
  return { kind: 'service', key: `${key}:${found}`, service: ref, port: found }
}

function resourceBackend(context: BackendContext): Backend {
  const message = 'backends that are not Services are not supported; name a Service instead'
  context.report('error', 'ResourceBackendUnsupported', { field: `${context.field}.resource`, message })
  return { kind: 'unavailable', reason: 'resource-backend', message }
}

function invalid(context: BackendContext, field: string, message: string): Backend {
  context.report('error', 'BackendInvalid', { field, message })
  return { kind: 'unavailable', reason: 'backend-invalid', message }
}

function isPort(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 65_535
}
