/** A backend that answers every well-formed request with its own method and target, and keeps every byte for the verdict. */

import type { RawBackend, RawConnection } from '@ingresskit/testkit'
import { readStrictly, type StrictReading, type StrictRequest } from './strict-requests.ts'

export interface RecordingBackend {
  readonly port: number
  /** Complete requests of all connections, in the order in which they were completed. */
  readonly requests: readonly StrictRequest[]
  /** What each connection brought. */
  readings(): readonly { readonly connection: RawConnection; readonly reading: StrictReading }[]
}

/** `raw` opens the listener; bytes that are no request get no answer but a reset, so that they show. */
export async function recordingBackend(
  raw: (handle: (connection: RawConnection) => void) => Promise<RawBackend>,
): Promise<RecordingBackend> {
  const requests: StrictRequest[] = []
  const backend = await raw(connection => {
    let answered = 0
    connection.socket.on('data', () => {
      const reading = readStrictly(connection.received())
      for (const request of reading.requests.slice(answered)) {
        answered++
        requests.push(request)
        connection.send(ownAnswer(request))
      }
      if (reading.fault !== undefined) connection.reset()
    })
  })
  return {
    port: backend.port,
    requests,
    readings: () =>
      backend.connections.map(connection => ({ connection, reading: readStrictly(connection.received()) })),
  }
}

/** What the sender of this request, and nobody else, must get. */
export function ownAnswer({ method, target }: Pick<StrictRequest, 'method' | 'target'>): string {
  const body = ownBody(method, target)
  return `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${method === 'HEAD' ? '' : body}`
}

export function ownBody(method: string, target: string): string {
  return `answer to ${method} ${target}`
}
