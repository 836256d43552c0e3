import { randomBytes } from 'node:crypto'
import type { BalancingEnvironment } from './compose-balancer.ts'
import type { StateClocks } from './upstream-state.ts'

/** The clock and the randomness of this machine. */
export const machineEnvironment: BalancingEnvironment & StateClocks = {
  now: () => performance.now(),
  epochNow: Date.now,
  random: Math.random,
  newKey: () => randomBytes(16).toString('base64url'),
}

/** A key to sign session cookies with, for a process that was given none. */
export function newSessionKey(): Uint8Array {
  return randomBytes(32)
}
