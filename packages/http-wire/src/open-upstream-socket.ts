/** The socket of an upstream connection. */

import { connect, type OnReadOpts, type Socket } from 'node:net'
import { connect as connectTls, type ConnectionOptions } from 'node:tls'
import type { UpstreamTarget } from './upstream-host.ts'

/** Begins to connect. Either side may close first, as tunnels need it. */
export function openUpstreamSocket({ address, port, tls }: UpstreamTarget, onread: OnReadOpts): Socket {
  const options = { host: address, port, onread, noDelay: true, allowHalfOpen: true }
  // Node's types leave `onread` out of what `tls.connect` takes; its documentation does not.
  return tls === undefined ? connect(options) : connectTls({ ...tls, ...options } as ConnectionOptions)
}
