// Answers POST, PUT, PATCH and DELETE, with the conflicts that the recordings show.
import type { ServerResponse } from 'node:http'
import { writeJson, writeStatus } from './fake-api-server-answers.ts'
import { groupOf, type ResourcePath } from './fake-api-server-resources.ts'
import type { FakeObject, FakeObjectInput, FakeStore, StoredObject } from './fake-api-server-store.ts'

/** A write with its parsed body (`undefined` for DELETE). */
export interface FakeWrite {
  readonly method: string
  readonly path: ResourcePath
  readonly body: FakeObject | undefined
}

/** Does the write and answers it. Patches are JSON merge patches, whatever their content type says. */
export function answerWrite(store: FakeStore, write: FakeWrite, response: ServerResponse): void {
  const { resource, name } = write.path
  const input = withDefaults(write)
  const key = resource.namespaced ? `${write.path.namespace ?? 'default'}/${input.metadata.name}` : input.metadata.name
  const existing = store.get(resource.kind, key)
  const qualified = groupOf(resource) === '' ? resource.plural : `${resource.plural}.${groupOf(resource)}`
  if (write.method === 'POST') {
    if (existing) {
      const message = `${qualified} "${input.metadata.name}" already exists`
      return writeStatus(response, { code: 409, reason: 'AlreadyExists', message })
    }
    return writeJson(response, 201, store.create(input))
  }
  if (!existing) return writeStatus(response, { code: 404, message: `${qualified} "${name ?? ''}" not found` })
  if (write.method === 'DELETE') {
    store.delete(resource.kind, key)
    return writeJson(response, 200, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' })
  }
  const expected = input.metadata['resourceVersion']
  if (expected !== undefined && expected !== existing.metadata.resourceVersion) {
    const message = `Operation cannot be fulfilled on ${qualified} "${input.metadata.name}": the object has been modified; please apply your changes to the latest version and try again`
    return writeStatus(response, { code: 409, message })
  }
  if (write.method === 'PATCH') return writeJson(response, 200, store.patch(resource.kind, key, statusOnly(write)))
  return writeJson(response, 200, store.update(replacement(write, input, existing)))
}

/** The status subresource takes the status alone, the object itself everything else. */
function statusOnly(write: FakeWrite): FakeObject {
  const { status, ...rest } = write.body ?? {}
  return write.path.subresource === 'status' ? { status } : rest
}

function replacement(write: FakeWrite, input: FakeObjectInput, existing: StoredObject): FakeObjectInput {
  if (write.path.subresource === 'status') return { ...existing, status: input['status'] }
  return 'status' in existing ? { ...input, status: existing['status'] } : input
}

function withDefaults(write: FakeWrite): FakeObjectInput {
  const { resource, namespace, name } = write.path
  const metadata = { ...(write.body?.['metadata'] as FakeObject | undefined) }
  const generated = typeof metadata['generateName'] === 'string' ? `${metadata['generateName']}${suffix()}` : ''
  const given = typeof metadata['name'] === 'string' ? metadata['name'] : generated
  const place = resource.namespaced ? { namespace: namespace ?? 'default' } : {}
  return { ...write.body, kind: resource.kind, metadata: { ...metadata, ...place, name: name ?? given } }
}

let generatedNames = 0
function suffix(): string {
  generatedNames += 1
  return generatedNames.toString(36).padStart(5, '0')
}
