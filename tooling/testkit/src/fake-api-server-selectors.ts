// Field and label selectors of lists and watches.
import type { FakeResource, ResourcePath } from './fake-api-server-resources.ts'
import type { StoredObject } from './fake-api-server-store.ts'

/** What a request selects, or why it can't be said. */
export type Selection =
  | {
      readonly kind: 'ok'
      readonly selects: (object: StoredObject) => boolean
      /** Whether there are selectors at all. */
      readonly isFiltered: boolean
    }
  | { readonly kind: 'bad'; readonly message: string }

type Test = (object: StoredObject) => boolean

/** Fields that may be selected besides metadata.name and metadata.namespace (Kubernetes, the kinds' SelectableFields). */
const selectableFields: ReadonlyMap<string, readonly string[]> = new Map([
  ['Secret', ['type']],
  ['Service', ['spec.clusterIP', 'spec.type']],
  ['Pod', ['spec.nodeName', 'status.phase', 'status.podIP']],
  ['Node', ['spec.unschedulable']],
  ['Namespace', ['status.phase']],
  [
    'Event',
    ['involvedObject.kind', 'involvedObject.namespace', 'involvedObject.name', 'involvedObject.uid', 'reason', 'type'],
  ],
])

/** Reads the namespace of the path and the two selectors of the query. */
export function selectionOf(path: ResourcePath, query: URLSearchParams): Selection {
  const fields = query.get('fieldSelector') ?? ''
  const labels = query.get('labelSelector') ?? ''
  const tests: Test[] = []
  const { namespace } = path
  if (namespace !== undefined) tests.push(object => object.metadata.namespace === namespace)
  for (const requirement of requirementsOf(fields)) {
    const test = fieldTest(path.resource, requirement)
    if (typeof test === 'string') return { kind: 'bad', message: test }
    tests.push(test)
  }
  for (const requirement of requirementsOf(labels)) {
    const test = labelTest(requirement)
    if (!test) return { kind: 'bad', message: `unable to parse requirement: ${JSON.stringify(requirement)}` }
    tests.push(test)
  }
  return {
    kind: 'ok',
    selects: object => tests.every(test => test(object)),
    isFiltered: fields !== '' || labels !== '',
  }
}

/** Split at the commas outside of parentheses. */
function requirementsOf(selector: string): readonly string[] {
  return selector
    .split(/,(?![^(]*\))/)
    .map(each => each.trim())
    .filter(each => each !== '')
}

function fieldTest(resource: FakeResource, requirement: string): Test | string {
  const [, field, operator, value] = /^([\w.]+)(==?|!=)(.*)$/.exec(requirement) ?? []
  if (field === undefined || value === undefined) return `invalid selector: '${requirement}'; can't understand it`
  const allowed = ['metadata.name', 'metadata.namespace', ...(selectableFields.get(resource.kind) ?? [])]
  if (!allowed.includes(field)) return `field label not supported: ${field}`
  const steps = field.split('.')
  return object => (textOf(valueAt(object, steps)) === value) === (operator !== '!=')
}

function valueAt(object: unknown, steps: readonly string[]): unknown {
  return steps.reduce<unknown>((value, step) => (value as Record<string, unknown> | undefined)?.[step], object)
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value)
}

const key = String.raw`[\w./-]+`
const equality = new RegExp(`^(${key})\\s*(==?|!=)\\s*([\\w.-]*)$`)
const set = new RegExp(`^(${key})\\s+(in|notin)\\s+\\(([^()]*)\\)$`)
const existence = new RegExp(`^(!?)\\s*(${key})$`)

function labelTest(requirement: string): Test | undefined {
  const [, equalKey, operator, value] = equality.exec(requirement) ?? []
  if (equalKey !== undefined) return object => (labelOf(object, equalKey) === value) === (operator !== '!=')
  const [, setKey, inOrNot, list = ''] = set.exec(requirement) ?? []
  if (setKey !== undefined) {
    const values = new Set(list.split(',').map(each => each.trim()))
    return object => {
      const label = labelOf(object, setKey)
      return (label !== undefined && values.has(label)) === (inOrNot === 'in')
    }
  }
  const [, not, existingKey] = existence.exec(requirement) ?? []
  if (existingKey !== undefined) return object => (labelOf(object, existingKey) !== undefined) === (not === '')
  return undefined
}

function labelOf(object: StoredObject, name: string): string | undefined {
  const labels = object.metadata['labels'] as Readonly<Record<string, string>> | undefined
  return labels !== undefined && Object.hasOwn(labels, name) ? labels[name] : undefined
}
