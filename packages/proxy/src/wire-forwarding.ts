/** Brings one request on the wire to an endpoint that answers it: connections, its body, and another try where that is allowed. */

import type {
  AnswerHandler,
  ServerConnection,
  UpstreamConnection,
  UpstreamSearch,
  UpstreamTarget,
} from '@ingresskit/http-wire'
import type { AddedFields } from './added-fields.ts'
import { Attempts, type NextAttempt } from './attempts.ts'
import type { AcceptedRequest } from './inbound-head.ts'
import { KeptBody } from './kept-body.ts'
import type { AttemptRecord } from './request-record.ts'
import { blameFor, failureStatus, isRepeatable, isRetriableStatus, type FailureOutcome } from './retry-policy.ts'
import type { ForwardDecision, UpstreamEndpoint } from './route-decision.ts'
import { upstreamAddress } from './upstream-address.ts'
import type { WireClient } from './wire-client.ts'
import type { WireConnection } from './wire-connection.ts'
import { searchByName } from './wire-name-search.ts'

/** Whom a forwarding serves. */
export interface ForwardingParties {
  readonly connection: WireConnection
  readonly client: WireClient
  /** Gets the answer, or that no endpoint will give one. */
  readonly handler: AnswerHandler & { gaveUp(status: number, reason: string): void }
}

/** `start` once; then the connections drive it until `completed`, `abandon` or `broke`. */
export class WireForwarding implements AddedFields {
  /** Octets of the request body that were read. */
  bytes = 0
  readonly #request: AcceptedRequest
  readonly #decision: ForwardDecision
  readonly #parties: ForwardingParties
  readonly #client: ServerConnection
  readonly #attempts: Attempts
  readonly #head: string
  readonly #hasBody: boolean
  readonly #isChunked: boolean
  #endpoint: UpstreamEndpoint | undefined
  #upstream: UpstreamConnection | undefined
  #search: UpstreamSearch | undefined
  #unsentHead = ''
  #bodyBegan = false
  #bodyEnded = false
  #hasAnswer = false
  readonly #kept: KeptBody | undefined

  constructor(request: AcceptedRequest, decision: ForwardDecision, parties: ForwardingParties) {
    this.#request = request
    this.#decision = decision
    this.#parties = parties
    this.#client = parties.connection.client
    this.#attempts = new Attempts(decision, request.head.method)
    this.#head = parties.connection.upstreamHeads.text(request)
    this.#hasBody =
      request.framing.kind === 'chunked' || (request.framing.kind === 'length' && request.framing.bytes > 0)
    this.#isChunked = request.framing.kind === 'chunked'
    if (this.#hasBody && isRepeatable(request.head.method, decision.retry)) this.#kept = new KeptBody()
  }

  /** Finished attempts, in order. */
  get attempts(): readonly AttemptRecord[] {
    return this.#attempts.records
  }

  /** The connection of the attempt in progress. */
  get upstream(): UpstreamConnection | undefined {
    return this.#upstream
  }

  /** How long the endpoint may be silent. */
  get silenceMs(): number {
    return this.#decision.timeouts.readMs
  }

  start(): void {
    this.#next(undefined)
  }

  /** There is a connection: writes the request, with as much of its body as has arrived. */
  send(upstream: UpstreamConnection): void {
    const request = this.#request
    const { client, handler } = this.#parties
    this.#upstream = upstream
    this.#search = undefined
    this.#attempts.connected()
    upstream.start(handler, { method: request.head.method, silenceMs: this.silenceMs })
    if (!this.#hasBody) {
      upstream.sent()
      upstream.writeText(this.#head)
      return
    }
    this.#unsentHead = this.#head
    if (this.#bodyBegan) this.#replay(upstream)
    this.#bodyBegan = true
    if (this.#bodyEnded) return this.endBody()
    if (request.expectsContinue) {
      this.#writeHead(upstream)
      client.sendContinue()
    }
    upstream.ignoreSilence()
    this.#client.readBody()
    if (this.#upstream === upstream) this.#writeHead(upstream)
  }

  /** A piece of the body from the client. */
  sendBody(buffer: Buffer, start: number, end: number): void {
    const client = this.#client
    const upstream = this.#upstream
    this.bytes += end - start
    this.#kept?.add(buffer, start, end)
    if (upstream === undefined) return
    const takesMore = this.#write(upstream, { buffer, start, end, ownership: client.ownership })
    if (takesMore) {
      if (upstream.isWriting) client.keepOctets()
      return
    }
    client.pauseBody() // and its buffer is free again before the next read
    upstream.touch()
  }

  /** The body is complete. */
  endBody(): void {
    const upstream = this.#upstream
    this.#bodyEnded = true
    if (upstream === undefined) return
    if (this.#isChunked) {
      upstream.writeText(`${this.#unsentHead}0\r\n\r\n`)
      this.#unsentHead = ''
    } else {
      this.#writeHead(upstream)
    }
    upstream.sent()
    upstream.touch()
  }

  /** The endpoint takes more of the body. */
  resumeBody(): void {
    if (this.#upstream === undefined || !this.#hasBody || this.#bodyEnded) return
    if (!this.#hasAnswer) this.#upstream.ignoreSilence()
    this.#client.readBody()
  }

  /** The client takes more of the answer. */
  resumeAnswer(): void {
    this.#upstream?.resume()
  }

  /** The client has got an interim answer. */
  passedInterim(): void {
    this.#attempts.passedInterim()
  }

  /** The head of an answer is there. False when it is not to be passed on, because another endpoint is asked instead. */
  takeAnswer(status: number): boolean {
    this.#attempts.answered(status)
    this.#hasAnswer = true
    if (!isRetriableStatus(status, this.#decision.retry)) return true
    const instead = this.#attempts.insteadOfAnswer({
      reusedConnection: false,
      bodyIsReplayable: this.#bodyIsReplayable,
    })
    if (instead === undefined) return true
    this.#end('status-retried', blameFor(status))
    this.#proceed(this.#attempts.goTo(instead))
    return false
  }

  /** What the decision adds to the answer. */
  addedFields(): readonly string[] {
    return this.#attempts.addedFields()
  }

  /** The answer was read to its end. */
  completed(): void {
    const upstream = this.#upstream
    this.#upstream = undefined
    this.#attempts.end('answered', 'success')
    upstream?.release()
  }

  /** The attempt failed, and the client has got nothing of an answer. */
  failed(outcome: FailureOutcome): void {
    const endpoint = this.#end(outcome, 'failure')
    if (endpoint === undefined) return
    const reusedConnection = endpoint.reusedConnection
    const retry = this.#attempts.afterFailure(endpoint.endpoint, outcome, {
      reusedConnection,
      bodyIsReplayable: this.#bodyIsReplayable,
    })
    switch (retry) {
      case 'another-endpoint':
        return this.#next(outcome)
      case 'fresh-connection':
        if (this.#attempts.begin(endpoint.endpoint)) return this.#connect(endpoint.endpoint, 'fresh')
        return this.#parties.handler.gaveUp(500, 'upstream-threw')
      case 'give-up':
        return this.#parties.handler.gaveUp(failureStatus(outcome), outcome)
    }
  }

  /** The answer that the client has got a part of will not be completed. */
  broke(outcome: FailureOutcome): void {
    this.#end(outcome, 'failure')
  }

  /** Nobody waits for the answer any more. */
  abandon(): void {
    this.#end('client-aborted', 'aborted')
  }

  get #bodyIsReplayable(): boolean {
    return !this.#bodyBegan || this.#kept?.isWhole === true
  }

  #next(last: FailureOutcome | undefined): void {
    this.#proceed(this.#attempts.next(last))
  }

  #proceed(next: NextAttempt): void {
    if (next.kind === 'none') return this.#parties.handler.gaveUp(next.status, next.reason)
    this.#connect(next.endpoint, next.connection)
  }

  #connect(endpoint: UpstreamEndpoint, connection: 'pooled' | 'fresh'): void {
    this.#endpoint = endpoint
    const { services } = this.#parties.connection
    const address = upstreamAddress(endpoint.address, services.lookup)
    const search =
      typeof address === 'string'
        ? this.#open(endpoint, connection)
        : searchByName(address, {
            connectMs: this.#decision.timeouts.connectMs,
            deadlines: services.deadlines,
            handler: this.#parties.handler,
            open: resolved => this.#open({ key: endpoint.key, port: endpoint.port, address: resolved }, connection),
          })
    // The handler may have been told, and may even have gone on to another endpoint, before there was a result.
    if (search !== undefined && this.#upstream === undefined) this.#search = search
  }

  #open(target: UpstreamTarget, connection: 'pooled' | 'fresh'): UpstreamSearch | undefined {
    const { handler } = this.#parties
    const { pool } = this.#parties.connection.services
    const { connectMs } = this.#decision.timeouts
    return connection === 'fresh' ? pool.connect(target, handler, connectMs) : pool.acquire(target, handler, connectMs)
  }

  #end(
    outcome: AttemptRecord['outcome'],
    told: 'success' | 'failure' | 'aborted',
  ): { readonly endpoint: UpstreamEndpoint; readonly reusedConnection: boolean } | undefined {
    const upstream = this.#upstream
    const endpoint = this.#endpoint
    this.#search?.destroy()
    this.#search = undefined
    this.#upstream = undefined
    this.#endpoint = undefined
    this.#hasAnswer = false
    upstream?.destroy()
    if (endpoint === undefined || this.#attempts.end(outcome, told) === undefined) return undefined
    if (this.#hasBody && !this.#bodyEnded) this.#client.pauseBody()
    return { endpoint, reusedConnection: upstream?.isReused ?? false }
  }

  #write(
    upstream: UpstreamConnection,
    piece: {
      readonly buffer: Buffer
      readonly start: number
      readonly end: number
      readonly ownership: 'borrowed' | 'own'
    },
  ): boolean {
    const head = this.#unsentHead
    this.#unsentHead = ''
    const length = piece.end - piece.start
    return upstream.write({
      ...piece,
      head: this.#isChunked ? `${head}${length.toString(16)}\r\n` : head,
      tail: this.#isChunked ? '\r\n' : '',
    })
  }

  #writeHead(upstream: UpstreamConnection): void {
    if (this.#unsentHead === '') return
    upstream.writeText(this.#unsentHead)
    this.#unsentHead = ''
  }

  #replay(upstream: UpstreamConnection): void {
    for (const piece of this.#kept?.pieces ?? [])
      this.#write(upstream, { buffer: piece, start: 0, end: piece.length, ownership: 'own' })
  }
}
