// Who may ask the fake API server, and for what.
import type { FakeRequest } from './fake-api-server-faults.ts'

/** Says whether a request of its user is allowed, in place of RBAC. Reviews, `/version` and unknown paths are not asked about. */
export type FakeAuthorizer = (request: FakeRequest) => boolean

/** Tokens and rules, as they are now. */
export interface FakeAccess {
  /** Whom an Authorization header names; `undefined` when it is not valid. */
  userOf(authorization: string | undefined): string | undefined
  allows(request: FakeRequest): boolean
  token(): string | undefined
  setToken(token: string | undefined): void
  setAuthorize(authorize: FakeAuthorizer | undefined): void
}

/** Who asks when no token is needed. */
const administrator = 'kubernetes-admin'
/** Whom the one token names. */
const serviceAccount = 'system:serviceaccount:ingresskit:ingresskit'

/** Access for the bearer of the token, and for users by their tokens; for everybody when there are neither. */
export function fakeAccess(initial: {
  readonly token: string | undefined
  readonly users: ReadonlyMap<string, string>
  readonly authorize: FakeAuthorizer | undefined
}): FakeAccess {
  const { users } = initial
  let { token, authorize } = initial
  return {
    userOf: authorization => {
      const bearer = /^Bearer (.+)$/.exec(authorization ?? '')?.[1]
      const user = bearer === undefined ? undefined : users.get(bearer)
      if (user !== undefined) return user
      if (token !== undefined) return bearer === token ? serviceAccount : undefined
      return users.size === 0 ? administrator : undefined
    },
    allows: request => authorize?.(request) ?? true,
    token: () => token,
    setToken: next => {
      token = next
    },
    setAuthorize: next => {
      authorize = next
    },
  }
}
