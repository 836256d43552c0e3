/** One request from its parsed head to its record: decided, answered or forwarded, and reported once whatever happens. */

import { performance } from 'node:perf_hooks'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { FieldList } from '@ingresskit/http-wire'
import { ClientResponse } from './client-response.ts'
import { exchangeRecord } from './exchange-record.ts'
import type { ExchangeServices } from './exchange-services.ts'
import { Forwarding, maxReplayBytes } from './forwarding.ts'
import { bodyBytes, type HeadOutcome, type InboundHead } from './inbound-head.ts'
import { readHead } from './read-head.ts'
import { relayAnswer } from './relay-answer.ts'
import { RequestBody } from './request-body.ts'
import { responseHead } from './response-head.ts'
import type { ForwardDecision, RouteDecision, RouteLabels } from './route-decision.ts'
import { switchProtocols, type UpgradeAnswer } from './switch-protocols.ts'
import type { Tunnel } from './tunnel.ts'
import { upstreamHead } from './upstream-head.ts'

export interface ExchangeOptions {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly inbound: InboundHead
  readonly services: ExchangeServices
  /** Takes the client's connection from node:http for a tunnel; set when the inbound head asks for an upgrade. */
  readonly takeSocket?: () => { readonly socket: Socket; readonly head: Buffer }
  /** Called once, after the record was reported. */
  readonly onDone: () => void
}

/** Interim answers passed on for one request; more are dropped. */
const maxInterim = 16

/** Begins with `run`; from then on it ends by itself. */
export class Exchange {
  readonly #options: ExchangeOptions
  readonly #outcome: HeadOutcome
  readonly #client: ClientResponse
  readonly #startedAt: number = performance.now()
  #body: RequestBody | undefined
  #forwarding: Forwarding | undefined
  #status = 0
  #reason: string | undefined
  #labels: RouteLabels | undefined
  #interims = 0
  #tunnel: Tunnel | undefined
  #isTunnel = false
  #isDone = false

  constructor(options: ExchangeOptions) {
    const { request, response, inbound, services } = options
    this.#options = options
    this.#outcome = readHead(inbound, services.readHead)
    this.#client = new ClientResponse({
      request,
      response,
      writeIdleTimeoutMs: services.limits.writeIdleTimeoutMs,
      bodyBytes: bodyBytes(this.#outcome),
      isDraining: services.isDraining,
      mustClose: isRefusedUpgrade(this.#outcome),
    })
    request.on('error', () => {}) // an aborted request also closes the response, which is where it is dealt with
    response.on('close', () => this.#closed())
  }

  /** Whether the request was read to its end: then a later parse error is not this request's. */
  get isRequestRead(): boolean {
    return this.#options.request.complete
  }

  /** Whether nothing after this request may be served on its connection. */
  get closesConnection(): boolean {
    return this.#client.closesConnection
  }

  /** Makes its answer, which has not begun, the last one on its connection. */
  closeAfter(): void {
    this.#client.closeAfter()
  }

  /** Ends it unserved, without a byte to the client: its connection is closing. */
  drop(): void {
    this.#finish('connection-closing')
  }

  run(): void {
    if (this.#client.isGone) return this.#finish('client-aborted')
    const outcome = this.#outcome
    if (outcome.kind === 'refused') {
      this.#respond({ status: outcome.status, reason: outcome.reason, headers: outcome.headers, close: outcome.close })
      return
    }
    let decision: RouteDecision
    try {
      decision = this.#options.services.route(outcome.request.head)
    } catch {
      this.#respond({ status: 500, reason: 'route-threw', close: false })
      return
    }
    this.#labels = decision.labels
    switch (decision.kind) {
      case 'respond':
        return this.#respond({ ...decision, close: false })
      case 'redirect':
        return this.#respond({
          status: decision.status,
          reason: decision.reason,
          headers: [['Location', decision.location], ...(decision.headers ?? [])],
          close: false,
        })
      case 'forward':
        return this.#forward(decision)
    }
  }

  /** Ends the request with a status of the proxy's own, or cuts the answer that has begun. */
  fail(status: number, reason: string): void {
    if (this.#isDone) return
    this.#forwarding?.abandon()
    this.#body?.stop()
    if (this.#isTunnel || this.#client.headSent) this.#cut(reason)
    else this.#respond({ status, reason, close: true })
  }

  /** Cuts it now; returns whether it was still in progress. */
  cut(reason: string): boolean {
    if (this.#isDone) return false
    this.#cut(reason)
    return true
  }

  #forward(decision: ForwardDecision): void {
    const { request, services } = this.#options
    const outcome = this.#outcome
    if (outcome.kind === 'refused') return
    const accepted = outcome.request
    const hasBody = bodyBytes(outcome) !== 0
    const body = new RequestBody({
      ...(hasBody ? { source: request } : {}),
      maxReplayBytes,
      idleTimeoutMs: services.limits.bodyIdleTimeoutMs,
      onStart: () => {
        if (accepted.expectsContinue) this.#client.sendContinue()
      },
      onIdle: () => this.fail(408, 'body-idle'),
      onMoved: () => this.#forwarding?.touch(),
      onWaiting: () => this.#forwarding?.bodyWaits(),
    })
    this.#body = body
    this.#forwarding = new Forwarding({
      decision,
      head: upstreamHead(accepted),
      body,
      services,
      events: {
        interim: (status, flat) => this.#interim(status, flat),
        answered: message => this.#answered(message),
        upgraded: answer => this.#upgraded(answer, decision.timeouts.readMs),
        gaveUp: (status, reason) => this.#respond({ status, reason, close: false }),
        brokeOff: reason => this.#cut(`upstream-${reason}`),
      },
    })
    this.#forwarding.start()
  }

  #answered(message: IncomingMessage): void {
    const outcome = this.#outcome
    const forwarding = this.#forwarding
    if (outcome.kind === 'refused' || forwarding === undefined) return
    const { acceptsTrailers } = outcome.request
    const head = responseHead(
      {
        status: message.statusCode ?? 0,
        reasonPhrase: message.statusMessage ?? '',
        headers: new FieldList(message.rawHeaders),
      },
      { acceptsTrailers, isHead: outcome.request.head.method === 'HEAD' },
    )
    if (head.kind === 'invalid') return forwarding.refuseAnswer()
    if (!forwarding.takeAnswer(head.status)) return
    const added = forwarding.addedFields()
    const sent = added.length === 0 ? head : { ...head, flatHeaders: [...head.flatHeaders, ...added] }
    if (!this.#client.sendHead(sent)) return forwarding.refuseAnswer()
    this.#status = head.status
    relayAnswer({
      message,
      client: this.#client,
      acceptsTrailers: acceptsTrailers && head.flatHeaders.every(name => name.toLowerCase() !== 'content-length'),
      onData: () => forwarding.touch(),
      onWaiting: () => forwarding.pause(),
      onEnd: () => {
        forwarding.completed()
        this.#body?.stop()
      },
      onCutOff: () => forwarding.cutOff(),
    })
  }

  #upgraded(answer: UpgradeAnswer, idleTimeoutMs: number): void {
    const outcome = this.#outcome
    const forwarding = this.#forwarding
    if (outcome.kind === 'refused' || forwarding === undefined) return
    // Set first: taking the connection closes the response, which is not the end of this request.
    this.#isTunnel = true
    this.#tunnel = switchProtocols({
      answer,
      head: outcome.request.head,
      added: forwarding,
      takeSocket: this.#options.takeSocket,
      idleTimeoutMs,
      onClose: () => {
        forwarding.completed()
        this.#finish(undefined)
      },
    })
    this.#isTunnel = this.#tunnel !== undefined
    if (!this.#isTunnel) return forwarding.refuseAnswer()
    this.#status = 101
    forwarding.takeAnswer(101)
  }

  #interim(status: number, flatHeaders: readonly string[]): boolean {
    this.#interims += 1
    if (this.#interims > maxInterim) return false
    const head = responseHead(
      { status: 200, reasonPhrase: '', headers: new FieldList(flatHeaders) },
      { acceptsTrailers: false, isHead: false },
    )
    return head.kind === 'head' && this.#client.sendInterim(status, head.flatHeaders)
  }

  #respond(answer: {
    readonly status: number
    readonly reason: string
    readonly close: boolean
    readonly headers?: readonly (readonly [string, string])[]
    readonly body?: { readonly contentType: string; readonly text: string }
  }): void {
    this.#body?.stop()
    if (this.#client.isGone || this.#client.headSent) return this.#cut(answer.reason)
    this.#reason = answer.reason
    const { headers, body } = answer
    const outcome = this.#outcome
    const accept =
      outcome.kind === 'accepted' ? outcome.request.head.headers.getAll('accept').join(',') : outcome.request.accept
    this.#status = this.#client.sendLocal({
      status: answer.status,
      close: answer.close,
      accept,
      requestId: outcome.kind === 'accepted' ? outcome.request.head.requestId : outcome.request.requestId,
      ...(headers === undefined ? {} : { headers }),
      ...(body === undefined ? {} : { body }),
    })
  }

  #cut(reason: string): void {
    this.#reason ??= reason
    this.#tunnel?.cut()
    this.#client.abort()
  }

  /** The response closed: sent whole, or the connection went away first. A tunnel goes on without it. */
  #closed(): void {
    if (this.#isTunnel) return
    this.#finish(this.#options.response.writableFinished ? undefined : 'client-aborted')
  }

  #finish(reason: string | undefined): void {
    if (this.#isDone) return
    this.#isDone = true
    this.#reason ??= reason
    this.#forwarding?.abandon()
    this.#body?.stop()
    this.#options.services.onRequest(
      exchangeRecord(this.#outcome, {
        status: this.#status,
        reason: this.#reason,
        labels: this.#labels,
        attempts: this.#forwarding?.attempts ?? [],
        durationMs: performance.now() - this.#startedAt,
        requestBytes: this.#tunnel?.fromClient ?? this.#body?.bytes ?? 0,
        responseBytes: this.#tunnel?.fromUpstream ?? this.#client.bytes,
        upgraded: this.#isTunnel,
      }),
    )
    this.#options.onDone()
  }
}

/** After a request whose `Upgrade` it was told not to follow, node:http loses what the client sent with it in one packet. */
function isRefusedUpgrade(outcome: HeadOutcome): boolean {
  return (
    outcome.kind === 'accepted' &&
    outcome.request.head.upgrade === undefined &&
    outcome.request.head.headers.has('upgrade')
  )
}
