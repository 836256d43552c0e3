import type { KubernetesObject } from './kubernetes-object.ts'
import type { ReportProblem } from './problem.ts'
import type { Backend, ObjectRef } from './route-target.ts'
import { servicePorts } from './service-lookup.ts'
import { quoted } from './unknown-fields.ts'

/** What a Service port is looked up with. */
export interface ServicePortContext {
  /** JSON paths within the Ingress: where the Service is named, and where its port is. */
  readonly fields: { readonly name: string; readonly port: string }
  /** The Service with this `namespace/name`, or `undefined`. */
  readonly service: (key: string) => KubernetesObject | undefined
  readonly report: ReportProblem
}

/** Number or name of a port, as `spec.ports` of the Service has it. */
export type PortReference = number | string

/** A port of a Service, or the reason why its requests get 503. */
export function resolveServicePort(ref: ObjectRef, port: PortReference, context: ServicePortContext): Backend {
  const key = `${ref.namespace}/${ref.name}`
  const object = context.service(key)
  if (object === undefined) {
    const message = `Service ${key} does not exist; create it or correct the name`
    context.report('error', 'ServiceNotFound', { field: context.fields.name, message })
    return { kind: 'unavailable', reason: 'service-not-found', service: ref, message }
  }
  const ports = servicePorts(object)
  const found = typeof port === 'number' ? port : ports.byName.get(port)
  if (found === undefined || (ports.kind === 'listed' && !ports.numbers.has(found))) {
    const known = [...ports.numbers].slice(0, 10).join(', ')
    const message = `Service ${key} has no TCP port ${quoted(port)}; its ports are: ${known === '' ? 'none' : known}`
    context.report('error', 'ServicePortNotFound', { field: context.fields.port, message })
    return { kind: 'unavailable', reason: 'service-port-not-found', service: ref, message }
  }
  return { kind: 'service', key: `${key}:${found}`, service: ref, port: found }
}
