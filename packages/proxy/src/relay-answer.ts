/** Streams a backend's answer to the client, no faster than the client takes it. */

import type { IncomingMessage } from 'node:http'
import { FieldList } from '@ingresskit/http-wire'
import type { ClientResponse } from './client-response.ts'
import { passedTrailers } from './response-head.ts'

export interface RelayOptions {
  readonly message: IncomingMessage
  readonly client: ClientResponse
  readonly acceptsTrailers: boolean
  /** The backend sent something. */
  readonly onData: () => void
  /** The client does not keep up; the backend's silence is not its fault. */
  readonly onWaiting: () => void
  /** The whole answer was read and handed on. */
  readonly onEnd: () => void
  /** The connection closed before the answer's end. */
  readonly onCutOff: () => void
}

/** Sends the body and the end of an answer whose head was sent. Exactly one of `onEnd` and `onCutOff` is called. */
export function relayAnswer(options: RelayOptions): void {
  const { message, client } = options
  let isOver = false
  message.on('data', (chunk: Buffer) => {
    options.onData()
    const takesMore = client.write(chunk, () => {
      options.onData()
      message.resume()
    })
    if (!takesMore) {
      options.onWaiting()
      message.pause()
    }
  })
  message.on('end', () => {
    if (isOver) return
    // A connection that closes early still ends the stream in some orders of events; only `complete` tells.
    isOver = true
    if (!message.complete) return options.onCutOff()
    if (options.acceptsTrailers && message.rawTrailers.length > 0) {
      client.addTrailers(passedTrailers(new FieldList(message.rawTrailers)))
    }
    client.end()
    options.onEnd()
  })
  message.on('close', () => {
    if (isOver) return
    isOver = true
    options.onCutOff()
  })
}
