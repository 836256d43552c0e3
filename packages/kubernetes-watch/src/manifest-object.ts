// Takes one parsed document apart into the watched objects it holds, checked as far as a source must.
import { Buffer } from 'node:buffer'
import type { KubernetesObject, ObjectMeta } from './kubernetes-object.ts'
import type { SourceProblem } from './object-source.ts'
import { isRecord } from './unvalidated.ts'
import { isWatchedKind, type WatchedResource, watchedResources } from './watched-resources.ts'

/** Where a document stands, for messages. */
export interface DocumentPlace {
  readonly file: string
  /** Counted from 1. */
  readonly document: number
  /** Position in `items`, e.g. `items[3]`; empty outside lists. */
  readonly item: string
}

/** What a document held. */
export interface ManifestObjects {
  readonly objects: readonly KubernetesObject[]
  readonly problems: readonly SourceProblem[]
}

/** Bounds lists within lists, which kubectl accepts as well. */
const maxListDepth = 4

/** Reads a document; kinds that are not watched are passed over. */
export function readManifestDocument(document: unknown, place: DocumentPlace): ManifestObjects {
  const found: Found = { objects: [], problems: [] }
  readValue(document, { place, depth: 0, listed: undefined }, found)
  return found
}

interface Found {
  readonly objects: KubernetesObject[]
  readonly problems: SourceProblem[]
}

interface Context {
  readonly place: DocumentPlace
  readonly depth: number
  /** What items of a typed list (`IngressList`) may leave out. */
  readonly listed: { readonly kind: string; readonly apiVersion: string } | undefined
}

function readValue(value: unknown, context: Context, found: Found): void {
  const invalid = (field: string, what: string): void => {
    found.problems.push({ ...problem('ObjectInvalid', context.place, what), field: at(context.place, field) })
  }
  if (value === null || value === undefined) return
  if (!isRecord(value)) return invalid('', 'is not an object; a manifest needs apiVersion, kind and metadata')
  const kind = value['kind'] ?? context.listed?.kind
  const apiVersion = value['apiVersion'] ?? context.listed?.apiVersion
  if (typeof kind !== 'string' || kind === '') return invalid('kind', 'has no kind; add one, e.g. "kind: Ingress"')
  if (typeof apiVersion !== 'string' || apiVersion === '') {
    return invalid('apiVersion', `has no apiVersion; add the one of ${quoted(kind)}`)
  }
  if (kind.endsWith('List') && Array.isArray(value['items'])) {
    return readList({ kind, apiVersion, items: value['items'] }, context, found)
  }
  if (!isWatchedKind(kind)) return
  const resource = watchedResources[kind]
  if (apiVersion !== resource.apiVersion) {
    if (isSameKindElsewhere(resource, apiVersion)) return
    const what = `is a ${kind} of ${quoted(apiVersion)}, which is not read; rewrite it as "${resource.apiVersion}"`
    found.problems.push({
      ...problem('ApiVersionUnsupported', context.place, what),
      kind,
      field: at(context.place, 'apiVersion'),
    })
    return
  }
  const checked = checkMetadata(value['metadata'], resource)
  if (checked.kind === 'invalid') return invalid(checked.field, `(${kind}) ${checked.what}`)
  const object: KubernetesObject = { ...value, apiVersion, kind, metadata: checked.metadata }
  found.objects.push(kind === 'Secret' ? withStringData(object) : object)
}

function readList(
  list: { readonly kind: string; readonly apiVersion: string; readonly items: readonly unknown[] },
  { place, depth }: Context,
  found: Found,
): void {
  const itemKind = list.kind.slice(0, -'List'.length)
  if (itemKind !== '' && !isWatchedKind(itemKind)) return
  if (depth >= maxListDepth) {
    found.problems.push(problem('ObjectInvalid', place, `holds lists more than ${maxListDepth} deep; flatten them`))
    return
  }
  const listed = itemKind === '' ? undefined : { kind: itemKind, apiVersion: list.apiVersion }
  for (const [index, item] of list.items.entries()) {
    const itemPlace = { ...place, item: at(place, `items[${index}]`) }
    readValue(item, { place: itemPlace, depth: depth + 1, listed }, found)
  }
}

/** Knative has a Service too, and others may reuse a word: only the groups that Kubernetes itself used count. */
function isSameKindElsewhere(resource: WatchedResource, apiVersion: string): boolean {
  const slash = apiVersion.indexOf('/')
  const group = slash < 0 ? '' : apiVersion.slice(0, slash)
  return group !== resource.group && !(resource.kind === 'Ingress' && group === 'extensions')
}

type CheckedMetadata =
  | { readonly kind: 'valid'; readonly metadata: ObjectMeta }
  | { readonly kind: 'invalid'; readonly field: string; readonly what: string }

function checkMetadata(metadata: unknown, resource: WatchedResource): CheckedMetadata {
  if (!isRecord(metadata)) return { kind: 'invalid', field: 'metadata', what: 'has no metadata; add a name' }
  const { name, namespace, ...rest } = metadata
  if (typeof name !== 'string' || !isNamePart(name)) {
    return { kind: 'invalid', field: 'metadata.name', what: `needs a name, and ${shown(name)} is none; set a DNS name` }
  }
  for (const field of ['labels', 'annotations'] as const) {
    const bad = badEntry(metadata[field])
    if (bad === undefined) continue
    const what = `${quoted(name)} has a value under ${field} that is no text; put quotes around it`
    return { kind: 'invalid', field: `metadata.${field}${bad}`, what }
  }
  if (resource.scope === 'cluster') return { kind: 'valid', metadata: { ...rest, name } }
  const place = namespace ?? 'default'
  if (typeof place !== 'string' || !isNamePart(place)) {
    const what = `${quoted(name)} has the namespace ${shown(namespace)}, which is none; set a DNS label`
    return { kind: 'invalid', field: 'metadata.namespace', what }
  }
  return { kind: 'valid', metadata: { ...rest, name, namespace: place } }
}

/** What keys and URLs need; the full grammar (RFC 1123) is the business of whoever uses the name. */
function isNamePart(name: string): boolean {
  return name.length <= 253 && /^[a-z0-9][-a-z0-9.]*$/.test(name)
}

/** The path, below the field, of an entry that is no string; `undefined` when all are. */
function badEntry(map: unknown): string | undefined {
  if (map === undefined || map === null) return undefined
  if (!isRecord(map)) return ''
  const bad = Object.entries(map).find(([, value]) => typeof value !== 'string')
  return bad && `["${bad[0]}"]`
}

/** As the API server does on write: `stringData` wins over `data` and is not kept (core/v1 Secret). */
function withStringData(secret: KubernetesObject): KubernetesObject {
  const { stringData, ...rest } = secret
  if (!isRecord(stringData)) return rest
  const data = new Map(isRecord(secret['data']) ? Object.entries(secret['data']) : [])
  for (const [key, text] of Object.entries(stringData)) {
    if (typeof text === 'string') data.set(key, Buffer.from(text).toString('base64'))
  }
  return { ...rest, data: Object.fromEntries(data) }
}

function problem(reason: string, { file, document, item }: DocumentPlace, what: string): SourceProblem {
  const place = item === '' ? `document ${document}` : `document ${document}, ${item}`
  return { severity: 'error', reason, file, message: `${file}: ${place} ${what}` }
}

function at({ item }: DocumentPlace, field: string): string {
  return item === '' || field === '' ? `${item}${field}` : `${item}.${field}`
}

function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 100))
}

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : quoted(typeof value === 'string' ? value : JSON.stringify(value))
}
