/** One client of a wire data plane: what is the same for all its requests, and the one in progress. */

import type { Socket } from 'node:net'
import {
  ServerConnection,
  type RequestHead,
  type ServerConnectionOwner,
  type ServerConnectionSettings,
} from '@ingresskit/http-wire'
import { localAnswer } from './local-answer.ts'
import type { Peer } from './peer.ts'
import { readHead } from './read-head.ts'
import type { TlsFacts } from './request-head.ts'
import { isWebSocketHandshake } from './websocket-handshake.ts'
import { localHeadText } from './wire-answer-head.ts'
import { WireExchange } from './wire-exchange.ts'
import type { WireServices } from './wire-services.ts'
import { WireUpstreamHeads } from './wire-upstream-head.ts'

export interface WireConnectionFacts {
  readonly peer: Peer
  readonly scheme: 'http' | 'https'
  readonly tls: TlsFacts | undefined
  /** Called when it is gone. */
  readonly closed: () => void
}

/** Reads from the beginning; `closed` of the services tells its end. */
export class WireConnection implements ServerConnectionOwner {
  readonly client: ServerConnection
  readonly services: WireServices
  readonly upstreamHeads: WireUpstreamHeads = new WireUpstreamHeads()
  readonly #facts: WireConnectionFacts
  #exchange: WireExchange | undefined

  constructor(
    accepted: Socket,
    facts: WireConnectionFacts,
    shared: { readonly services: WireServices; readonly settings: ServerConnectionSettings },
  ) {
    this.services = shared.services
    this.#facts = facts
    this.client = new ServerConnection(accepted, this, shared.settings)
  }

  get isTls(): boolean {
    return this.#facts.tls !== undefined
  }

  request(head: RequestHead): WireExchange {
    const { peer, scheme, tls } = this.#facts
    const { method, rawTarget: target, httpVersion, fields } = head
    const isHandshake =
      fields.has('upgrade') &&
      !this.client.isPipelined &&
      isWebSocketHandshake({ method, httpVersion, headers: fields })
    const upgrade = isHandshake ? 'websocket' : undefined
    const outcome = readHead(
      { method, target, httpVersion, fields, checked: head, peer, scheme, tls, upgrade },
      this.services.readHead,
    )
    const exchange = new WireExchange(this, outcome)
    this.#exchange = exchange
    this.services.connections.entered()
    return exchange
  }

  /** The request in progress is over. */
  left(): void {
    this.#exchange = undefined
    this.services.connections.left()
  }

  refusal({ fault, status }: Parameters<ServerConnectionOwner['refusal']>[0]): string {
    const requestId = this.services.readHead.newRequestId()
    this.services.onRequest({
      requestId,
      clientAddress: this.#facts.peer.address,
      method: '',
      scheme: this.#facts.scheme,
      host: '',
      path: '',
      status,
      reason: fault,
      attempts: [],
      durationMs: 0,
      requestBytes: 0,
      responseBytes: 0,
      upgraded: false,
    })
    const answer = localAnswer({ status, requestId, accept: '' })
    return localHeadText(answer, { connectionLines: 'Connection: close\r\n', date: this.services.date }) + answer.body
  }

  closed(): void {
    this.#facts.closed()
    this.services.connections.closed(this)
  }

  /** Ends it now; returns whether a request was cut. */
  cut(reason: string): boolean {
    const wasServing = this.#exchange?.cut(reason) === true
    this.client.destroy()
    return wasServing
  }
}
