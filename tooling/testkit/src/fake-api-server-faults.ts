// Faults that a test orders in advance: the next matching requests get them instead of the right answer.

/** A request as the fake API server saw it. */
export interface FakeRequest {
  readonly method: string
  /** Without the query. */
  readonly path: string
  readonly query: URLSearchParams
  readonly verb: FakeVerb
  /** e.g. `ingresses`; `undefined` when the path names no resource. */
  readonly plural: string | undefined
  /** `undefined` for all namespaces, and for kinds that have none. */
  readonly namespace: string | undefined
  readonly name: string | undefined
  /** e.g. `status`. */
  readonly subresource: string | undefined
  /** Value of the Authorization header, if any. */
  readonly authorization: string | undefined
  /** Whom the token names; `undefined` when it is not valid. */
  readonly user: string | undefined
}

/** What a request wants, in the words of RBAC. */
export type FakeVerb = 'list' | 'watch' | 'get' | 'create' | 'update' | 'patch' | 'delete'

/** What the request gets instead. */
export type FaultAnswer =
  /** A Status object with this HTTP status. */
  | { readonly kind: 'status'; readonly code: number; readonly retryAfterSeconds?: number; readonly message?: string }
  /** 429 as priority and fairness answers it when the server is overloaded: plain text with a Retry-After header. */
  | { readonly kind: 'overload'; readonly retryAfterSeconds: number }
  /** This text, as JSON with status 200; then the connection is reset, or the answer ends. */
  | { readonly kind: 'body'; readonly text: string; readonly ending: 'end' | 'reset' }
  /** The connection is reset without an answer. */
  | { readonly kind: 'reset' }
  /** The connection is closed without an answer. */
  | { readonly kind: 'fin' }
  /** No answer at all, until the client goes away or the server closes. */
  | { readonly kind: 'hang' }
  /** The right answer, but late (default: at once), or at so many bytes a second (default: as fast as it goes). */
  | { readonly kind: 'slow'; readonly delayMs?: number; readonly bytesPerSecond?: number }

/** Which requests get it, and how often. Fields that are left out match everything. */
export interface Fault extends RequestFilter {
  /** Default 1; `Infinity` until `clearFaults`. */
  readonly times?: number
  readonly answer: FaultAnswer
}

/** Selects requests. Fields that are left out match everything. */
export interface RequestFilter {
  readonly verb?: FakeVerb
  readonly plural?: string
  readonly namespace?: string
  readonly name?: string
}

/** Faults in the order they were ordered. */
export interface FaultList {
  add(fault: Fault): void
  /** The answer for this request, counted as used; `undefined` when it is to be served rightly. */
  take(request: FakeRequest): FaultAnswer | undefined
  clear(): void
}

/** An empty list. */
export function faultList(): FaultList {
  let faults: { fault: Fault; left: number }[] = []
  return {
    add: fault => faults.push({ fault, left: fault.times ?? 1 }),
    take: request => {
      const found = faults.find(({ fault, left }) => left > 0 && matchesRequest(fault, request))
      if (found) found.left -= 1
      return found?.fault.answer
    },
    clear: () => {
      faults = []
    },
  }
}

/** Whether a filter selects a request. */
export function matchesRequest(filter: RequestFilter, request: FakeRequest): boolean {
  return (['verb', 'plural', 'namespace', 'name'] as const).every(
    field => filter[field] === undefined || filter[field] === request[field],
  )
}
