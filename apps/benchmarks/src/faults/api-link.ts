/** The network between controllers and the API server, which can be cut, silenced, slowed and taken away. */

import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { pipeline } from 'node:stream/promises'
import { setTimeout as pause } from 'node:timers/promises'

export interface ApiLink {
  /** Where controllers reach the API server, e.g. `http://127.0.0.1:41234`. */
  readonly url: string
  /** Ends (FIN) or resets (RST) every open connection; new ones work. */
  cut(mode: 'end' | 'reset'): void
  /** Open connections stay open and carry nothing any more, as when a firewall forgot them; new ones work. */
  silence(): void
  /** Resets what is open, and each new connection at once, until `up`. */
  down(): void
  up(): void
  /** New connections bring answers at this rate; undefined = as fast as they come. */
  limitRate(bytesPerSecond: number | undefined): void
  /** Connections that were reset because the link was down. */
  refused(): number
  close(): Promise<void>
}

/** Connects a free port with the server at this URL. */
export async function apiLink(serverUrl: string): Promise<ApiLink> {
  const target = Number(new URL(serverUrl).port)
  const pairs = new Set<SocketPair>()
  let isDown = false
  let refused = 0
  let bytesPerSecond: number | undefined
  const server = createServer({ allowHalfOpen: true }, near => {
    near.on('error', () => {})
    if (isDown) {
      // The port stays bound: given back, it could be taken by any other connection of this machine.
      refused += 1
      near.resetAndDestroy()
      return
    }
    const far = connect({ port: target, host: '127.0.0.1', allowHalfOpen: true })
    const pair: SocketPair = { near, far }
    pairs.add(pair)
    for (const socket of [near, far]) {
      socket.setNoDelay(true)
      socket.on('error', () => {})
      socket.once('close', () => {
        pairs.delete(pair)
        near.destroy()
        far.destroy()
      })
    }
    near.pipe(far)
    if (bytesPerSecond === undefined) far.pipe(near)
    else pipeline(far, trickle(bytesPerSecond), near).catch(() => {})
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const reset = (): void => {
    for (const { near } of pairs) near.resetAndDestroy()
  }
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut: mode => {
      if (mode === 'reset') return reset()
      for (const { near } of pairs) near.destroy()
    },
    silence: () => {
      for (const { near, far } of pairs) {
        near.unpipe().pause()
        far.unpipe().pause()
      }
    },
    down: () => {
      isDown = true
      reset()
    },
    up: () => {
      isDown = false
    },
    limitRate: rate => {
      bytesPerSecond = rate
    },
    refused: () => refused,
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      reset()
      await closed
    },
  }
}

interface SocketPair {
  readonly near: Socket
  readonly far: Socket
}

const pieceMs = 50

/** Passes bytes on in small pieces. */
function trickle(bytesPerSecond: number): (bytes: AsyncIterable<Buffer>) => AsyncGenerator<Buffer> {
  const pieceBytes = Math.max(1, Math.round((bytesPerSecond * pieceMs) / 1000))
  return async function* inPieces(bytes) {
    for await (const chunk of bytes) {
      for (let from = 0; from < chunk.length; from += pieceBytes) {
        yield chunk.subarray(from, from + pieceBytes)
        await pause(pieceMs)
      }
    }
  }
}
