// What the API server refuses in objects that are written to it, as far as this project writes them.
import { isIPv6 } from 'node:net'
import type { StatusAnswer, StatusCause } from './fake-api-server-answers.ts'
import { invalidValues, requiredValue } from './fake-api-server-causes.ts'
import { ingressCauses, ingressStatusCauses } from './fake-api-server-ingress-validation.ts'
import { labelProblems, subdomainProblems } from './fake-api-server-names.ts'
import { type FakeResource, groupOf } from './fake-api-server-resources.ts'
import { invalid } from './fake-api-server-statuses.ts'
import type { FakeObject, FakeObjectInput } from './fake-api-server-store.ts'
import { validateKubernetesObject } from './kubernetes-schemas/validate-kubernetes-object.ts'

/** What a server may refuse or not. */
export interface FakeValidation {
  /** Whether endpoints on loopback addresses are refused, as the real server does. */
  readonly refuseLoopback: boolean
  /** Whether fields and types that the API's schemas don't know are refused; else they are stored. */
  readonly strict: boolean
  /** What is written: the status alone, or everything else. */
  readonly part: 'object' | 'status'
}

/** How the object is refused, or `undefined` when it is valid. */
export function refusalOf(
  resource: FakeResource,
  object: FakeObjectInput,
  validation: FakeValidation,
): StatusAnswer | undefined {
  const undecodable = timeProblem(resource, object) ?? (validation.strict ? shapeProblem(resource, object) : undefined)
  if (undecodable !== undefined) {
    const { kind, apiVersion } = resource
    const version = apiVersion.slice(apiVersion.indexOf('/') + 1)
    const message = `${kind} in version "${version}" cannot be handled as a ${kind}: ${undecodable}`
    return { code: 400, message }
  }
  const causes = [...nameCauses(resource, object), ...contentCauses(resource, object, validation)]
  if (causes.length === 0) return undefined
  return invalid({ group: groupOf(resource), kind: resource.kind, name: object.metadata.name }, causes)
}

function nameCauses(resource: FakeResource, { metadata: { name } }: FakeObjectInput): readonly StatusCause[] {
  if (name === '') return [requiredValue('metadata.name', 'name or generateName is required')]
  return invalidValues(
    'metadata.name',
    name,
    resource.kind === 'Service' ? labelProblems(name) : subdomainProblems(name),
  )
}

function contentCauses(
  { kind }: FakeResource,
  object: FakeObjectInput,
  validation: FakeValidation,
): readonly StatusCause[] {
  switch (kind) {
    case 'Ingress':
      return validation.part === 'status' ? ingressStatusCauses(object) : ingressCauses(object)
    case 'EndpointSlice':
      return endpointCauses(object, validation)
    case 'Lease':
      return leaseCauses(object)
    case 'Event':
      return eventCauses(object)
    default:
      return []
  }
}

function endpointCauses(slice: FakeObject, { refuseLoopback }: FakeValidation): readonly StatusCause[] {
  const endpoints = (slice['endpoints'] ?? []) as readonly { readonly addresses?: readonly string[] }[]
  const causes: StatusCause[] = slice['addressType'] === undefined ? [requiredValue('addressType')] : []
  for (const [index, { addresses = [] }] of endpoints.entries()) {
    const field = `endpoints[${index}].addresses`
    if (addresses.length === 0) causes.push(requiredValue(field, 'must contain at least 1 address'))
    for (const [at, address] of addresses.entries()) {
      if (!refuseLoopback || !isLoopback(address)) continue
      const problem = 'may not be in the loopback range (127.0.0.0/8, ::1/128)'
      causes.push(...invalidValues(`${field}[${at}]`, address, [problem]))
    }
  }
  return causes
}

function isLoopback(address: string): boolean {
  return isIPv6(address) ? address === '::1' : address.startsWith('127.')
}

function leaseCauses(lease: FakeObject): readonly StatusCause[] {
  const { leaseDurationSeconds: duration, leaseTransitions: transitions } = (lease['spec'] ?? {}) as {
    readonly leaseDurationSeconds?: number
    readonly leaseTransitions?: number
  }
  return [
    ...(duration !== undefined && duration <= 0
      ? invalidValues('spec.leaseDurationSeconds', duration, ['must be greater than 0'])
      : []),
    ...(transitions !== undefined && transitions < 0
      ? invalidValues('spec.leaseTransitions', transitions, ['must be greater than or equal to 0'])
      : []),
  ]
}

function eventCauses({ metadata, ...event }: FakeObjectInput): readonly StatusCause[] {
  const { namespace = '' } = (event['involvedObject'] ?? {}) as { readonly namespace?: string }
  // Events on objects without a namespace are kept in `default`.
  const expected = namespace === '' ? 'default' : namespace
  if (metadata.namespace === expected) return []
  return invalidValues('involvedObject.namespace', namespace, ['does not match event.namespace'])
}

/** Times with microseconds, and no other number of digits (Kubernetes apimachinery, meta/v1 MicroTime). */
const microTimes: ReadonlyMap<string, readonly (readonly string[])[]> = new Map([
  [
    'Lease',
    [
      ['spec', 'acquireTime'],
      ['spec', 'renewTime'],
    ],
  ],
  ['Event', [['eventTime'], ['series', 'lastObservedTime']]],
])
const microTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}(Z|[+-]\d\d:\d\d)$/

function timeProblem({ kind }: FakeResource, object: FakeObject): string | undefined {
  for (const steps of microTimes.get(kind) ?? []) {
    const value = steps.reduce<unknown>((at, step) => (at as FakeObject | undefined)?.[step], object)
    if (value === undefined || value === null || (typeof value === 'string' && microTime.test(value))) continue
    return `parsing time ${JSON.stringify(value)} as "2006-01-02T15:04:05.000000Z07:00": cannot parse`
  }
  return undefined
}

function shapeProblem({ kind, apiVersion }: FakeResource, object: FakeObject): string | undefined {
  // Null is the same as nothing to the server's decoder, but not to the schemas.
  const given = JSON.stringify(object, (_, value: unknown) => value ?? undefined)
  const problems = validateKubernetesObject({ ...(JSON.parse(given) as FakeObject), kind, apiVersion })
  return problems.length === 0 ? undefined : `strict decoding error: ${problems.join(' ')}`
}
