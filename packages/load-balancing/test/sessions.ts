/** What the tests of sticky sessions share: a signature, keys, and short ways to pick. */

import { createHmac } from 'node:crypto'
import type { Balancer, Endpoint } from '../src/balancer.ts'

/** A signature as an application would make it. */
export const sign = (text: string): string =>
  createHmac('sha256', 'a secret').update(`shop/cart:80 ${text}`).digest('base64url')

/** Keys that differ from each other, the same ones each time. */
export const countingKeys = (): (() => string) => {
  let keys = 0
  return () => {
    keys += 1
    return `key-${keys}`
  }
}

/** Endpoints with these keys; `-` before a key stands for weight 0. */
export const endpointsOf = (...keys: readonly string[]): readonly Endpoint[] =>
  keys.map(key => (key.startsWith('-') ? { key: key.slice(1), weight: 0 } : { key }))

/** A client that brings back what it was given last. */
export interface Client {
  /** The key of the endpoint of one request, or the reason why there is none; the token is kept. */
  visit(balancer: Balancer<Endpoint>, ...excluded: readonly string[]): string
  /** What it brings back; undefined before it was given a token. */
  token(): string | undefined
  /** From now on it brings nothing back. */
  forget(): void
  /** Tokens it was given so far. */
  tokensGiven(): number
}

/** A client that comes for the first time, or with a token of its own. */
export const client = (token?: string): Client => {
  let session = token
  let given = 0
  return {
    visit(balancer, ...excluded) {
      const result = balancer.pick({ excluded: new Set(excluded), ...(session === undefined ? {} : { session }) })
      if (result.kind === 'none') return result.reason
      if (result.session !== undefined) {
        session = result.session
        given += 1
      }
      return result.endpoint.key
    },
    token: () => session,
    forget() {
      session = undefined
    },
    tokensGiven: () => given,
  }
}
