/** The bounds that hold when `DataPlaneOptions.limits` does not say otherwise. */

import type { ProxyLimits } from './data-plane.ts'

/** Sized for an edge: strict enough against slow clients, above what browsers and load balancers do. */
export const defaultLimits: ProxyLimits = {
  maxHeaderBytes: 16 * 1024,
  maxHeaderCount: 100,
  /** Per listener; more are refused by closing them at once. */
  maxConnections: 10_000,
  headersTimeoutMs: 10_000,
  /** Above the 60 s at which usual load balancers in front give up a connection, so that they close first. */
  keepAliveTimeoutMs: 75_000,
  bodyIdleTimeoutMs: 60_000,
  writeIdleTimeoutMs: 60_000,
  tlsHandshakeTimeoutMs: 10_000,
  upstreamIdleTimeoutMs: 50_000,
}
