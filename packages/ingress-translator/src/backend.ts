import type { ReportProblem } from './problem.ts'
import type { Backend } from './route-target.ts'
import { type PortReference, resolveServicePort, type ServicePortContext } from './service-port.ts'
import { asRecord, asText, quoted } from './unknown-fields.ts'

/** What an IngressBackend is resolved with. */
export interface BackendContext extends Pick<ServicePortContext, 'service' | 'report'> {
  /** Namespace of the Ingress; its backends are in the same one. */
  readonly namespace: string
  /** JSON path of the backend, e.g. `spec.defaultBackend`. */
  readonly field: string
}

/** An IngressBackend of networking.k8s.io/v1 → the Service port it means, or the reason why its requests get 503. */
export function resolveBackend(value: unknown, context: BackendContext): Backend {
  const backend = asRecord(value)
  const service = asRecord(backend?.['service'])
  if (backend?.['resource'] !== undefined && backend['resource'] !== null) return resourceBackend(context)
  if (service === undefined)
    return invalidBackend(context, context.field, 'it names no Service; set service.name and service.port')
  const name = asText(service['name'])
  if (name === undefined || name === '') {
    return invalidBackend(context, `${context.field}.service.name`, 'the name of the Service is missing')
  }
  const port = readPort(service['port'])
  if (port.kind === 'invalid')
    return invalidBackend(context, `${context.field}.service.port${port.field}`, port.message)
  const fields = { name: `${context.field}.service.name`, port: `${context.field}.service.port` }
  return resolveServicePort({ namespace: context.namespace, name }, port.port, { ...context, fields })
}

/** The port that an IngressBackend asks for; `undefined` when it names none or too many. */
export function backendPort(value: unknown): PortReference | undefined {
  const port = readPort(asRecord(asRecord(value)?.['service'])?.['port'])
  return port.kind === 'port' ? port.port : undefined
}

type PortField =
  | { readonly kind: 'port'; readonly port: PortReference }
  | { readonly kind: 'invalid'; readonly field: '' | '.number'; readonly message: string }

function readPort(value: unknown): PortField {
  const port = asRecord(value)
  const number = port?.['number']
  const name = asText(port?.['name'])
  if (name !== undefined && number === undefined) return { kind: 'port', port: name }
  if (name !== undefined || number === undefined) {
    return { kind: 'invalid', field: '', message: 'the port needs either a number or a name' }
  }
  return typeof number === 'number' && Number.isInteger(number) && number >= 1 && number <= 65_535
    ? { kind: 'port', port: number }
    : { kind: 'invalid', field: '.number', message: `${quoted(number)} is not a port number from 1 to 65535` }
}

function resourceBackend({ field, report }: { readonly field: string; readonly report: ReportProblem }): Backend {
  const message = 'backends that are not Services are not supported; name a Service instead'
  report('error', 'ResourceBackendUnsupported', { field: `${field}.resource`, message })
  return { kind: 'unavailable', reason: 'resource-backend', message }
}

function invalidBackend({ report }: BackendContext, field: string, message: string): Backend {
  report('error', 'BackendInvalid', { field, message })
  return { kind: 'unavailable', reason: 'backend-invalid', message }
}
