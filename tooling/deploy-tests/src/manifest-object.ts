/** Kubernetes objects as they come out of a renderer: parsed YAML, of which the tests look at some fields. */
import { parseAllDocuments } from 'yaml'

/** One object. Only the head is certain; `field` reads the rest. */
export interface ManifestObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly labels?: Readonly<Record<string, string>>
    readonly annotations?: Readonly<Record<string, string>>
  }
}

/** The objects of a stream of YAML documents; empty documents are left out. Throws at the first syntax error. */
export function parseManifests(text: string): readonly ManifestObject[] {
  return parseAllDocuments(text).flatMap(document => {
    const [error] = document.errors
    if (error !== undefined) throw error
    const object: unknown = document.toJS()
    return object === null ? [] : [object as ManifestObject]
  })
}

/** What is at a path such as `spec.template.spec.containers.0`; `undefined` where there is nothing. */
export function field(object: unknown, path: string): unknown {
  let value = object
  for (const part of path.split('.')) {
    if (typeof value !== 'object' || value === null) return undefined
    value = (value as Readonly<Record<string, unknown>>)[part]
  }
  return value
}

/** The list at a path; empty where there is none. */
export function listAt(object: unknown, path: string): readonly unknown[] {
  const value = field(object, path)
  return Array.isArray(value) ? value : []
}

/** `Kind namespace/name`, for titles and messages. */
export function labelOf({ kind, metadata }: ManifestObject): string {
  return `${kind} ${metadata.namespace === undefined ? '' : `${metadata.namespace}/`}${metadata.name}`
}

/** The objects of a kind, in their order. */
export function ofKind(objects: readonly ManifestObject[], ...kinds: readonly string[]): readonly ManifestObject[] {
  return objects.filter(({ kind }) => kinds.includes(kind))
}
