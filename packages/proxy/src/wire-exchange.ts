/** One request on the wire from its parsed head to its record: decided, answered or forwarded, and reported once whatever happens. */

import { performance } from 'node:perf_hooks'
import {
  openTunnel,
  type AnswerHandler,
  type AnswerHead,
  type Fields,
  type RequestHandler,
  type Tunnel,
  type UpstreamConnection,
  type UpstreamFailure,
} from '@ingresskit/http-wire'
import { exchangeRecord } from './exchange-record.ts'
import type { HeadOutcome } from './inbound-head.ts'
import { switchingHead } from './response-head.ts'
import type { FailureOutcome } from './retry-policy.ts'
import type { ForwardDecision, RespondDecision, RouteDecision, RouteLabels } from './route-decision.ts'
import { isWebSocketAcceptance } from './websocket-handshake.ts'
import { WireClient } from './wire-client.ts'
import type { WireConnection } from './wire-connection.ts'
import { WireForwarding } from './wire-forwarding.ts'

/** Interim answers passed on for one request; more are dropped. */
const maxInterim = 16

const failureOutcomes: Readonly<Record<UpstreamFailure, FailureOutcome>> = {
  'connect-failed': 'connect-failed',
  'connect-timeout': 'connect-timeout',
  'pool-full': 'connect-failed',
  reset: 'reset',
  malformed: 'invalid-response',
  silent: 'read-timeout',
}

/** Begins with `run`; from then on the connections drive it. */
export class WireExchange implements RequestHandler, AnswerHandler {
  readonly #connection: WireConnection
  readonly #outcome: HeadOutcome
  readonly #client: WireClient
  readonly #startedAt: number = performance.now()
  #forwarding: WireForwarding | undefined
  #status = 0
  #reason: string | undefined
  #labels: RouteLabels | undefined
  #interims = 0
  #hasAnswer = false
  #tunnel: Tunnel | undefined
  #isDone = false

  constructor(connection: WireConnection, outcome: HeadOutcome) {
    this.#connection = connection
    this.#outcome = outcome
    this.#client = new WireClient(connection, outcome)
  }

  run(): void {
    const outcome = this.#outcome
    if (outcome.kind === 'refused') return this.#respond(outcome, outcome.close)
    let decision: RouteDecision
    try {
      decision = this.#connection.services.route(outcome.request.head)
    } catch {
      return this.#respond({ status: 500, reason: 'route-threw' }, false)
    }
    this.#labels = decision.labels
    switch (decision.kind) {
      case 'respond':
        return this.#respond(decision, false)
      case 'redirect': {
        const { status, reason, location, headers = [] } = decision
        return this.#respond({ status, reason, headers: [['Location', location], ...headers] }, false)
      }
      case 'forward':
        return this.#forward(decision)
    }
  }

  /** Cuts it now; returns whether it was still in progress. */
  cut(reason: string): boolean {
    if (this.#isDone) return false
    this.#cut(reason)
    return true
  }

  requestBody(buffer: Buffer, start: number, end: number): void {
    this.#forwarding?.sendBody(buffer, start, end)
  }

  requestBodyEnded(): void {
    this.#forwarding?.endBody()
  }

  requestBodyRefused(status: 400 | 413): void {
    this.#fail(status, 'malformed-body')
  }

  clientTimedOut(waitingFor: 'body' | 'write'): void {
    if (waitingFor === 'body') this.#fail(408, 'body-idle')
    else this.#client.abort()
  }

  clientDrained(): void {
    this.#forwarding?.resumeAnswer()
  }

  clientClosed(): void {
    this.#finish('client-aborted')
  }

  upstreamConnected(connection: UpstreamConnection): void {
    this.#forwarding?.send(connection)
  }

  upstreamDrained(): void {
    this.#forwarding?.resumeBody()
  }

  answerInterim(head: AnswerHead): void {
    if (head.status === 100 || ++this.#interims > maxInterim) return
    if (this.#client.sendInterim(head)) this.#forwarding?.passedInterim()
  }

  answerHead(head: AnswerHead): void {
    const forwarding = this.#forwarding
    if (forwarding === undefined || !forwarding.takeAnswer(head.status)) return
    this.#hasAnswer = true
    this.#status = head.status
    this.#client.begin(head, forwarding)
  }

  answerBody(buffer: Buffer, start: number, end: number): void {
    this.#client.add(buffer, start, end)
  }

  answerFlush(): void {
    const upstream = this.#forwarding?.upstream
    if (this.#hasAnswer && upstream !== undefined && !this.#client.flush(upstream)) upstream.pause()
  }

  answerEnded(trailers: Fields | undefined): void {
    const upstream = this.#forwarding?.upstream
    if (upstream === undefined) return
    this.#client.end(trailers, upstream)
    // In this order: a request in line behind this one finds the backend's connection free.
    this.#forwarding?.completed()
    this.#finish(undefined)
    this.#client.finish()
  }

  answerSwitched(head: AnswerHead): void {
    const { client, services } = this.#connection
    const outcome = this.#outcome
    const forwarding = this.#forwarding
    const upstream = forwarding?.upstream
    if (outcome.kind === 'refused' || forwarding === undefined || upstream === undefined) return
    const request = outcome.request.head
    const key = request.upgrade === undefined ? undefined : request.headers.get('sec-websocket-key')
    const isAccepted = key !== undefined && isWebSocketAcceptance(head.fields, key)
    const text = isAccepted ? switchingHead(head.fields, forwarding) : undefined
    if (text === undefined) return this.upstreamFailed('malformed')
    this.#status = 101
    forwarding.takeAnswer(101)
    client.writeText(text)
    this.#tunnel = openTunnel({
      client,
      upstream,
      deadlines: services.deadlines,
      idleTimeoutMs: forwarding.silenceMs,
      onClose: () => {
        forwarding.completed()
        this.#finish(undefined)
      },
    })
  }

  upstreamFailed(failure: UpstreamFailure): void {
    const outcome = failureOutcomes[failure]
    if (!this.#client.headSent) {
      this.#hasAnswer = false
      this.#status = 0
      this.#forwarding?.failed(outcome)
      return
    }
    this.#forwarding?.broke(outcome)
    this.#cut(`upstream-${outcome}`)
  }

  /** No endpoint will answer. */
  gaveUp(status: number, reason: string): void {
    this.#respond({ status, reason }, false)
  }

  #forward(decision: ForwardDecision): void {
    if (this.#outcome.kind === 'refused') return
    this.#forwarding = new WireForwarding(this.#outcome.request, decision, {
      connection: this.#connection,
      client: this.#client,
      handler: this,
    })
    this.#forwarding.start()
  }

  /** Ends the request with a status of the proxy's own, or cuts the answer that has begun. */
  #fail(status: number, reason: string): void {
    if (this.#isDone) return
    this.#forwarding?.abandon()
    if (this.#client.headSent) this.#cut(reason)
    else this.#respond({ status, reason }, true)
  }

  #respond(answer: Omit<RespondDecision, 'kind'>, close: boolean): void {
    if (this.#isDone) return
    const { status, reason, headers, body } = answer
    this.#reason = reason
    this.#status = this.#client.sendLocal({
      status,
      close,
      ...(headers === undefined ? {} : { headers }),
      ...(body === undefined ? {} : { body }),
    })
    this.#finish(undefined)
    this.#client.finish()
  }

  #cut(reason: string): void {
    this.#reason ??= reason
    this.#tunnel?.cut()
    this.#client.abort()
    this.#finish(undefined)
  }

  #finish(reason: string | undefined): void {
    if (this.#isDone) return
    this.#isDone = true
    this.#reason ??= reason
    this.#forwarding?.abandon()
    this.#connection.left()
    this.#connection.services.onRequest(
      exchangeRecord(this.#outcome, {
        status: this.#status,
        reason: this.#reason,
        labels: this.#labels,
        attempts: this.#forwarding?.attempts ?? [],
        durationMs: performance.now() - this.#startedAt,
        requestBytes: this.#tunnel?.fromClient ?? this.#forwarding?.bytes ?? 0,
        responseBytes: this.#tunnel?.fromUpstream ?? this.#client.bytes,
        upgraded: this.#tunnel !== undefined,
      }),
    )
  }
}
