// Answers POST, PUT, PATCH and DELETE, with the conflicts that the recordings show.
import { type StatusAnswer, writeStatus, writeText } from './fake-api-server-answers.ts'
import { invalidValues } from './fake-api-server-causes.ts'
import { withServerDefaults } from './fake-api-server-defaults.ts'
import { jsonOf } from './fake-api-server-json.ts'
import { mergePatch } from './fake-api-server-merge-patch.ts'
import { type FakeResource, groupOf, type ResourcePath } from './fake-api-server-resources.ts'
import { alreadyExists, conflict, detailsOf, invalid, notFound } from './fake-api-server-statuses.ts'
import {
  type FakeObject,
  type FakeObjectInput,
  type FakeStore,
  keyOf,
  type StoredObject,
} from './fake-api-server-store.ts'
import type { AnswerStream } from './fake-api-server-stream.ts'
import { type FakeValidation, refusalOf } from './fake-api-server-validation.ts'

/** A write as it arrived. */
export interface FakeWrite {
  readonly method: string
  readonly path: ResourcePath
  readonly contentType: string
  /** Empty for most DELETEs. */
  readonly body: string
  readonly limits: FakeWriteLimits
}

/** What a server refuses beyond what it always does. */
export type FakeWriteLimits = Pick<FakeValidation, 'refuseLoopback' | 'strict'>

type Outcome =
  | { readonly kind: 'object'; readonly code: 200 | 201; readonly object: StoredObject }
  | { readonly kind: 'deleted'; readonly resource: FakeResource; readonly object: StoredObject }
  | { readonly kind: 'refused'; readonly answer: StatusAnswer }

/** Does the write and answers it. Of the patches, JSON merge patches alone are known. */
export function answerWrite(store: FakeStore, write: FakeWrite, stream: AnswerStream): void {
  const body = bodyOf(write)
  const outcome = body.kind === 'read' ? outcomeOf(store, { ...write, object: body.object }) : body
  switch (outcome.kind) {
    case 'object':
      return writeText(stream, jsonOf(outcome.object), { code: outcome.code })
    case 'deleted': {
      const { metadata } = outcome.object
      const details = { ...detailsOf(outcome.resource, metadata.name), uid: metadata.uid }
      const status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details }
      return writeText(stream, JSON.stringify(status), { code: 200 })
    }
    case 'refused':
      return writeStatus(stream, outcome.answer)
  }
}

function bodyOf({
  method,
  contentType,
  body,
}: FakeWrite): Extract<Outcome, { kind: 'refused' }> | { readonly kind: 'read'; readonly object: FakeObject } {
  if (method === 'PATCH' && contentType !== 'application/merge-patch+json') {
    const message =
      'the body of the request was in an unknown format - accepted media types include: application/merge-patch+json'
    return refused({ code: 415, message })
  }
  if (body === '') return { kind: 'read', object: {} }
  try {
    const object: unknown = JSON.parse(body)
    if (typeof object === 'object' && object !== null) return { kind: 'read', object: object as FakeObject }
  } catch {
    // Answered below.
  }
  return refused({ code: 400, message: 'the object provided is unrecognized: it is no JSON object' })
}

type ReadWrite = FakeWrite & { readonly object: FakeObject }

function outcomeOf(store: FakeStore, write: ReadWrite): Outcome {
  const { resource, namespace, name } = write.path
  if (write.method === 'POST') return created(store, write)
  if (name === undefined)
    return refused({ code: 405, message: 'the server does not allow this method on the requested resource' })
  const existing = store.get(resource.kind, resource.namespaced ? `${namespace ?? 'default'}/${name}` : name)
  if (write.method === 'PUT' && !existing && resource.putCreates === true) {
    const { uid } = recordOf(write.object['metadata'])
    return typeof uid === 'string' ? refused(otherUid(resource, name, [uid, ''])) : created(store, write)
  }
  if (!existing) return refused(notFound(resource, name))
  return write.method === 'DELETE' ? deleted(store, write, existing) : replaced(store, write, existing)
}

function created(store: FakeStore, write: ReadWrite): Outcome {
  const { resource, namespace } = write.path
  const { metadata, ...input } = namedObject(write)
  if (metadata.namespace !== undefined && namespace !== undefined && metadata.namespace !== namespace) {
    const message = 'the namespace of the provided object does not match the namespace sent on the request'
    return refused({ code: 400, message })
  }
  const { uid: _uid, creationTimestamp: _created, generation: _generation, ...rest } = metadata
  const { status: _status, ...wanted } = input
  const placed = resource.namespaced ? { ...rest, namespace: namespace ?? 'default' } : rest
  const object = withServerDefaults({ ...wanted, kind: resource.kind, metadata: placed }, undefined)
  if (store.get(resource.kind, keyOf(object))) return refused(alreadyExists(resource, metadata.name))
  const refusal = refusalOf(resource, object, validationOf(write))
  return refusal ? refused(refusal) : { kind: 'object', code: 201, object: store.create(object) }
}

function replaced(store: FakeStore, write: ReadWrite, existing: StoredObject): Outcome {
  const { resource } = write.path
  const { name, resourceVersion } = existing.metadata
  const given = recordOf(write.object['metadata'])
  const expected = given['resourceVersion'] ?? ''
  if (write.method === 'PUT' && expected === '' && resource.putNeedsVersion === true) {
    const message = 'Invalid value: 0x0: must be specified for an update'
    const causes = [{ reason: 'FieldValueInvalid', message, field: 'metadata.resourceVersion' }]
    return refused(invalid({ group: groupOf(resource), kind: resource.plural, name }, causes))
  }
  const { uid } = given
  if (typeof uid === 'string' && uid !== existing.metadata.uid) {
    if (write.method === 'PUT') return refused(otherUid(resource, name, [uid, existing.metadata.uid]))
    const causes = invalidValues('metadata.uid', uid, ['field is immutable'])
    return refused(invalid({ group: groupOf(resource), kind: resource.kind, name }, causes))
  }
  if (expected !== '' && expected !== resourceVersion) return refused(conflict(resource, name))
  const givenName = given['name']
  if (write.method === 'PUT' && typeof givenName === 'string' && givenName !== name) {
    const message = `the name of the object (${givenName}) does not match the name on the URL (${name})`
    return refused({ code: 400, message })
  }
  const wanted = write.method === 'PATCH' ? (mergePatch(existing, write.object) as FakeObject) : { ...write.object }
  const object = withServerDefaults(inPlaceOf(existing, wanted, write.path.subresource), existing)
  const refusal = refusalOf(resource, object, validationOf(write))
  if (refusal) return refused(refusal)
  // A write that changes nothing makes no new version.
  if (isSame(object, existing)) return { kind: 'object', code: 200, object: existing }
  return { kind: 'object', code: 200, object: store.update(object) }
}

/** A PUT is meant for the very object whose uid it carries. */
function otherUid(resource: FakeResource, name: string, [wanted, actual]: readonly [string, string]): StatusAnswer {
  const differs = `UID in precondition: ${wanted}, UID in object meta: ${actual}`
  return conflict(
    resource,
    name,
    `StorageError: invalid object, Code: 4, AdditionalErrorMsg: Precondition failed: ${differs}`,
  )
}

/** The status subresource takes the status alone, the object itself everything else. */
function inPlaceOf(existing: StoredObject, wanted: FakeObject, subresource: string | undefined): FakeObjectInput {
  const { uid, resourceVersion, creationTimestamp, name, generation } = existing.metadata
  if (subresource === 'status') return { ...existing, status: wanted['status'] }
  const { status: _status, ...rest } = wanted
  const kept = {
    name,
    uid,
    resourceVersion,
    creationTimestamp,
    ...(existing.metadata.namespace === undefined ? {} : { namespace: existing.metadata.namespace }),
    ...(generation === undefined ? {} : { generation }),
  }
  return {
    ...rest,
    kind: existing.kind,
    apiVersion: existing.apiVersion,
    metadata: { ...recordOf(wanted['metadata']), ...kept },
    ...('status' in existing ? { status: existing['status'] } : {}),
  }
}

function deleted(store: FakeStore, write: ReadWrite, existing: StoredObject): Outcome {
  const { resource } = write.path
  const { uid, resourceVersion, name } = existing.metadata
  const wanted = recordOf(write.object['preconditions'])
  for (const [field, label, actual] of [
    ['uid', 'UID', uid],
    ['resourceVersion', 'ResourceVersion', resourceVersion],
  ] as const) {
    const expected = wanted[field]
    if (typeof expected !== 'string' || expected === actual) continue
    const differs = `the ${label} in the precondition (${expected}) does not match the ${label} in record (${actual})`
    return refused(conflict(resource, name, `${differs}. The object might have been modified`))
  }
  store.delete(resource.kind, keyOf(existing))
  return { kind: 'deleted', resource, object: existing }
}

function validationOf({ path, limits }: ReadWrite): FakeValidation {
  return { ...limits, part: path.subresource === 'status' ? 'status' : 'object' }
}

function namedObject({ path, object }: ReadWrite): FakeObjectInput {
  const metadata = recordOf(object['metadata'])
  const { name, generateName } = metadata
  const generated = typeof generateName === 'string' ? `${generateName}${randomSuffix()}` : ''
  const given = typeof name === 'string' && name !== '' ? name : generated
  return { ...object, kind: path.resource.kind, metadata: { ...metadata, name: path.name ?? given } }
}

/** Letters and digits that make no words (Kubernetes apimachinery, pkg/util/rand). */
const suffixLetters = 'bcdfghjklmnpqrstvwxz2456789'

function randomSuffix(): string {
  return Array.from({ length: 5 }, () => suffixLetters[Math.floor(Math.random() * suffixLetters.length)]).join('')
}

function isSame(object: FakeObjectInput, existing: StoredObject): boolean {
  return canonical(object) === canonical(existing)
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  )
}

function recordOf(value: unknown): FakeObject {
  return (value ?? {}) as FakeObject
}

function refused(answer: StatusAnswer): Extract<Outcome, { kind: 'refused' }> {
  return { kind: 'refused', answer }
}
