/** Two sockets that speak past us after a protocol switch. */

import type { Duplex } from 'node:stream'
import { silenceTimer } from './silence-timer.ts'

export interface TunnelOptions {
  readonly client: Duplex
  readonly upstream: Duplex
  /** Closed when no byte passed in either direction for this long. */
  readonly idleTimeoutMs: number
  /** Both sides are closed. */
  readonly onClose: () => void
}

export interface Tunnel {
  readonly fromClient: number
  readonly fromUpstream: number
  /** Closes both sides now. */
  cut(): void
}

/** Joins the sockets until either closes, then closes the other; each end's FIN is passed on first. Back-pressure holds both ways. */
export function openTunnel(options: TunnelOptions): Tunnel {
  const { client, upstream } = options
  let fromClient = 0
  let fromUpstream = 0
  const cut = (): void => {
    client.destroy()
    upstream.destroy()
  }
  const idle = silenceTimer(options.idleTimeoutMs, cut)
  client.on('data', (chunk: Buffer) => {
    fromClient += chunk.length
    idle.touch()
  })
  upstream.on('data', (chunk: Buffer) => {
    fromUpstream += chunk.length
    idle.touch()
  })
  let open = 2
  const closed = (side: Duplex, other: Duplex): void => {
    open -= 1
    if (open === 0) {
      idle.pause()
      options.onClose()
    } else if (side.readableEnded) {
      // What the other side has not taken yet still goes out; the idle limit ends a side that takes nothing.
      other.end()
    } else {
      other.destroy()
    }
  }
  client.once('close', () => closed(client, upstream))
  upstream.once('close', () => closed(upstream, client))
  idle.touch()
  client.pipe(upstream)
  upstream.pipe(client)
  return {
    get fromClient() {
      return fromClient
    },
    get fromUpstream() {
      return fromUpstream
    },
    cut,
  }
}
