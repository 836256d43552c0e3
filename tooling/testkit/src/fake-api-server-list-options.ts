// The query parameters that lists and watches have in common, checked as the API server checks them.
import type { StatusAnswer, StatusCause } from './fake-api-server-answers.ts'
import { invalid } from './fake-api-server-statuses.ts'

/** What the query asks for, or how it is refused. */
export type ListOptions =
  | {
      readonly kind: 'ok'
      /** `undefined` when none was given; 0 means: whatever is at hand. */
      readonly resourceVersion: number | undefined
      readonly isExact: boolean
      readonly sendInitialEvents: boolean
      readonly allowBookmarks: boolean
      /** `undefined` for as long as the server likes. */
      readonly timeoutSeconds: number | undefined
      /** 0 = everything. */
      readonly limit: number
      /** Empty = from the beginning. */
      readonly token: string
    }
  | { readonly kind: 'refused'; readonly answer: StatusAnswer }

/** Reads them. The checks are those of ValidateListOptions (Kubernetes apimachinery, meta/internalversion/validation). */
export function listOptionsOf(
  query: URLSearchParams,
  { verb, watchList }: { readonly verb: 'list' | 'watch'; readonly watchList: boolean },
): ListOptions {
  const causes = verb === 'watch' ? watchCauses(query, watchList) : listCauses(query)
  if (causes.length > 0) {
    return { kind: 'refused', answer: invalid({ group: 'meta.k8s.io', kind: 'ListOptions', name: '' }, causes) }
  }
  const version = query.get('resourceVersion') ?? ''
  if (!/^\d*$/.test(version)) {
    return { kind: 'refused', answer: { code: 400, message: `invalid resource version: ${JSON.stringify(version)}` } }
  }
  const timeout = Number(query.get('timeoutSeconds') ?? 0)
  return {
    kind: 'ok',
    resourceVersion: version === '' ? undefined : Number(version),
    isExact: query.get('resourceVersionMatch') === 'Exact',
    sendInitialEvents: query.get('sendInitialEvents') === 'true',
    allowBookmarks: query.get('allowWatchBookmarks') === 'true',
    timeoutSeconds: timeout > 0 ? timeout : undefined,
    limit: Number(query.get('limit') ?? 0),
    token: query.get('continue') ?? '',
  }
}

function listCauses(query: URLSearchParams): readonly StatusCause[] {
  const match = query.get('resourceVersionMatch') ?? ''
  const version = query.get('resourceVersion') ?? ''
  const causes: StatusCause[] = []
  if (match !== '') {
    if (version === '')
      causes.push(matchForbidden('resourceVersionMatch is forbidden unless resourceVersion is provided'))
    if (query.has('continue'))
      causes.push(matchForbidden('resourceVersionMatch is forbidden when continue is provided'))
    if (match !== 'Exact' && match !== 'NotOlderThan') causes.push(matchUnsupported(match, ['Exact', 'NotOlderThan']))
    if (match === 'Exact' && version === '0') {
      causes.push(matchForbidden('resourceVersionMatch "exact" is forbidden for resourceVersion "0"'))
    }
  }
  if (query.has('sendInitialEvents')) causes.push(initialForbidden('sendInitialEvents is forbidden for list'))
  return causes
}

function watchCauses(query: URLSearchParams, watchList: boolean): readonly StatusCause[] {
  const match = query.get('resourceVersionMatch') ?? ''
  const causes: StatusCause[] = []
  if (query.has('sendInitialEvents')) {
    if (match !== 'NotOlderThan') {
      causes.push(matchForbidden('sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'))
    }
    if (!watchList) {
      const message = 'sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled'
      causes.push(initialForbidden(message))
    }
  }
  if (match !== '') {
    if (!query.has('sendInitialEvents')) {
      causes.push(matchForbidden('resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided'))
    }
    if (match !== 'NotOlderThan') causes.push(matchUnsupported(match, ['NotOlderThan']))
    if (query.has('continue'))
      causes.push(matchForbidden('resourceVersionMatch is forbidden when continue is provided'))
  }
  return causes
}

function matchForbidden(message: string): StatusCause {
  return { reason: 'FieldValueForbidden', message: `Forbidden: ${message}`, field: 'resourceVersionMatch' }
}

function initialForbidden(message: string): StatusCause {
  return { reason: 'FieldValueForbidden', message: `Forbidden: ${message}`, field: 'sendInitialEvents' }
}

function matchUnsupported(match: string, supported: readonly string[]): StatusCause {
  const values = supported.map(each => `"${each}"`).join(', ')
  const message = `Unsupported value: "${match}": supported values: ${values}`
  return { reason: 'FieldValueNotSupported', message, field: 'resourceVersionMatch' }
}
