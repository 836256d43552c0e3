// The failures of the API server in its own words (Kubernetes apimachinery, pkg/api/errors; and the recordings).
import type { StatusAnswer, StatusCause, StatusDetails } from './fake-api-server-answers.ts'
import type { FakeRequest } from './fake-api-server-faults.ts'
import { type FakeResource, groupOf } from './fake-api-server-resources.ts'

/** 404 for one object. */
export function notFound(resource: FakeResource, name: string): StatusAnswer {
  return { code: 404, message: `${qualified(resource)} "${name}" not found`, details: detailsOf(resource, name) }
}

/** 409 for a POST of what exists. */
export function alreadyExists(resource: FakeResource, name: string): StatusAnswer {
  const message = `${qualified(resource)} "${name}" already exists`
  return { code: 409, reason: 'AlreadyExists', message, details: detailsOf(resource, name) }
}

/** 409 for a write that is based on an older version, or whose precondition doesn't hold. */
export function conflict(
  resource: FakeResource,
  name: string,
  because = 'the object has been modified; please apply your changes to the latest version and try again',
): StatusAnswer {
  const message = `Operation cannot be fulfilled on ${qualified(resource)} "${name}": ${because}`
  return { code: 409, message, details: detailsOf(resource, name) }
}

/** 403 of RBAC. */
export function forbidden(resource: FakeResource, request: FakeRequest): StatusAnswer {
  const { user, verb, namespace, name, subresource } = request
  const subject = name === undefined ? qualified(resource) : `${qualified(resource)} "${name}"`
  const what = subresource === undefined ? resource.plural : `${resource.plural}/${subresource}`
  const where = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`
  const action = `cannot ${verb} resource "${what}" in API group "${groupOf(resource)}" ${where}`
  const message = `${subject} is forbidden: User "${user ?? 'system:anonymous'}" ${action}`
  return { code: 403, message, details: detailsOf(resource, name) }
}

/** 422 with every cause; the subject is a kind, or in a few places a plural, with its group. */
export function invalid(
  subject: { readonly group: string; readonly kind: string; readonly name: string },
  causes: readonly StatusCause[],
): StatusAnswer {
  const { group, kind, name } = subject
  const parts = causes.map(({ field, message }) => `${field}: ${message}`)
  const list = parts.length === 1 ? parts.join('') : `[${parts.join(', ')}]`
  return {
    code: 422,
    message: `${group === '' ? kind : `${kind}.${group}`} "${name}" is invalid: ${list}`,
    details: {
      ...(name === '' ? {} : { name }),
      ...(group === '' ? {} : { group }),
      kind,
      causes,
    },
  }
}

/** 504 for a list at a resourceVersion that is yet to come. */
export function tooLarge(wanted: number, current: number): StatusAnswer {
  return {
    code: 504,
    message: `Timeout: Too large resource version: ${wanted}, current: ${current}`,
    details: { causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }] },
    retryAfterSeconds: 1,
  }
}

/** 410 for a watch from a version that is forgotten. */
export function tooOld(wanted: number, current: number): StatusAnswer {
  return { code: 410, message: `too old resource version: ${wanted} (${current})` }
}

/** 410 for the rest of a list whose state is forgotten; the token goes on with the present one. */
export function continueTooOld(token: string): StatusAnswer {
  const message =
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without ' +
    'the continue parameter, or use the continue token in this response to retrieve the remainder of the results. ' +
    'Continuing with the provided token results in an inconsistent list - objects that were created, modified, or ' +
    'deleted between the time the first chunk was returned and now may show up in the list.'
  return { code: 410, message, continue: token }
}

/** 429 while a server that just started fills its watch cache. */
export const initializing: StatusAnswer = {
  code: 429,
  message: 'storage is (re)initializing',
  retryAfterSeconds: 1,
}

/** The resource with its group, as messages name it. */
function qualified(resource: FakeResource): string {
  const group = groupOf(resource)
  return group === '' ? resource.plural : `${resource.plural}.${group}`
}

/** What the failure of a resource is about. */
export function detailsOf(resource: FakeResource, name: string | undefined): StatusDetails {
  const group = groupOf(resource)
  return { ...(name === undefined ? {} : { name }), ...(group === '' ? {} : { group }), kind: resource.plural }
}
