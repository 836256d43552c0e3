/** Brings one request to an endpoint that answers it: attempts, retries and what the balancer is told. */

import type { IncomingMessage } from 'node:http'
import type { AddedFields } from './added-fields.ts'
import { Attempts, type NextAttempt } from './attempts.ts'
import type { ExchangeServices } from './exchange-services.ts'
import type { EngineAttempt } from './http-proxy-3-engine.ts'
import type { RequestBody } from './request-body.ts'
import type { AttemptRecord } from './request-record.ts'
import { blameFor, failureStatus, isRetriableStatus, type FailureOutcome } from './retry-policy.ts'
import type { ForwardDecision, UpstreamEndpoint } from './route-decision.ts'
import { longestTimeoutMs, silenceTimer, type SilenceTimer } from './silence-timer.ts'
import type { UpgradeAnswer } from './switch-protocols.ts'
import { upstreamAddress } from './upstream-address.ts'
import type { UpstreamHead } from './upstream-head.ts'

export interface ForwardingOptions {
  readonly decision: ForwardDecision
  readonly head: UpstreamHead
  readonly body: RequestBody
  readonly services: Pick<ExchangeServices, 'engine' | 'pools' | 'lookup'>
  readonly events: ForwardingEvents
}

export interface ForwardingEvents {
  /** Returns whether the client got it. */
  interim(status: number, flatHeaders: readonly string[]): boolean
  /** An endpoint answered: `takeAnswer` or `refuseAnswer` comes next. */
  answered(message: IncomingMessage): void
  /** A backend sent 101; whoever listens owns the socket. `refuseAnswer` comes next where that was for nothing. */
  upgraded(answer: UpgradeAnswer): void
  /** No endpoint will answer. */
  gaveUp(status: number, reason: string): void
  /** The answer that had begun will not be completed. */
  brokeOff(reason: string): void
}

interface Attempt {
  readonly endpoint: UpstreamEndpoint
  reusedConnection: boolean
  engine?: EngineAttempt
}

/** Body bytes kept for a retry after the request was sent. */
export const maxReplayBytes: number = 64 * 1024

/** One request on its way. `start` once; then `completed` or `abandon` or one of the last two events ends it. */
export class Forwarding implements AddedFields {
  readonly #options: ForwardingOptions
  readonly #attempts: Attempts
  readonly #silence: SilenceTimer
  #attempt: Attempt | undefined
  #answered = false
  #isOver = false

  constructor(options: ForwardingOptions) {
    this.#options = options
    this.#attempts = new Attempts(options.decision, options.head.method)
    this.#silence = silenceTimer(options.decision.timeouts.readMs, () => this.#failed('read-timeout'))
  }

  /** Finished attempts, in order. */
  get attempts(): readonly AttemptRecord[] {
    return this.#attempts.records
  }

  start(): void {
    this.#next(undefined)
  }

  /** The upstream did something: its silence counts from now. */
  touch(): void {
    if (this.#attempt?.engine !== undefined && !this.#isOver) this.#silence.touch()
  }

  /** It is somebody else's turn. */
  pause(): void {
    this.#silence.pause()
  }

  /** The request body waits for the client. Once the answer has begun, the upstream's silence counts all the same. */
  bodyWaits(): void {
    if (!this.#answered) this.#silence.pause()
  }

  /** The answer was read to its end. A connection whose request is not fully sent is not used again. */
  completed(): void {
    const attempt = this.#end('answered', 'success')
    if (attempt?.engine !== undefined && !attempt.engine.isFullySent()) attempt.engine.abort()
  }

  /** The answer's head is valid. False when it is not to be passed on, because another endpoint is asked instead. */
  takeAnswer(status: number): boolean {
    this.#attempts.answered(status)
    this.#answered = true
    if (!isRetriableStatus(status, this.#options.decision.retry)) return true
    const instead = this.#attempts.insteadOfAnswer({
      reusedConnection: false,
      bodyIsReplayable: this.#options.body.isReplayable,
    })
    if (instead === undefined) return true
    this.#answered = false
    this.#end('status-retried', blameFor(status))?.engine?.abort()
    this.#proceed(this.#attempts.goTo(instead))
    return false
  }

  /** What the decision adds to the answer. */
  addedFields(): readonly string[] {
    return this.#attempts.addedFields()
  }

  /** The answer's head cannot be passed on. */
  refuseAnswer(): void {
    this.#answered = false
    this.#failed('invalid-response')
  }

  /** The answer ended before its end. */
  cutOff(): void {
    this.#failed('reset')
  }

  /** Nobody waits for the answer any more. */
  abandon(): void {
    this.#isOver = true
    this.#end('client-aborted', 'aborted')?.engine?.abort()
  }

  #next(last: FailureOutcome | undefined): void {
    this.#proceed(this.#attempts.next(last))
  }

  #proceed(next: NextAttempt): void {
    if (next.kind === 'none') return this.#giveUp(next.status, next.reason)
    this.#try(next.endpoint, next.connection)
  }

  #try(endpoint: UpstreamEndpoint, connection: 'pooled' | 'fresh'): void {
    const attempt: Attempt = { endpoint, reusedConnection: false }
    this.#attempt = attempt
    const address = upstreamAddress(endpoint.address, this.#options.services.lookup)
    if (typeof address === 'string') return this.#connect(attempt, address, connection)
    const slow = setTimeout(
      () => {
        if (this.#attempt === attempt) this.#failed('connect-timeout')
      },
      Math.min(this.#options.decision.timeouts.connectMs, longestTimeoutMs),
    )
    address
      .then(
        resolved => {
          if (this.#attempt === attempt) this.#connect(attempt, resolved, connection)
        },
        () => {
          if (this.#attempt === attempt) this.#failed('connect-failed')
        },
      )
      .finally(() => clearTimeout(slow))
      .catch(() => {})
  }

  #connect(attempt: Attempt, address: string, connection: 'pooled' | 'fresh'): void {
    const { decision, head, body, services, events } = this.#options
    let connected = false
    const isCurrent = (): boolean => this.#attempt === attempt
    const engine = services.engine.start(
      {
        head,
        body: body.forAttempt(),
        address,
        port: attempt.endpoint.port,
        agent: connection === 'fresh' ? services.pools.fresh : services.pools.forEndpoint(attempt.endpoint.key),
        connectTimeoutMs: Math.min(decision.timeouts.connectMs, longestTimeoutMs),
      },
      {
        connected: ({ isReused }) => {
          connected = true
          attempt.reusedConnection = isReused
          this.#silence.touch()
          if (isCurrent()) this.#attempts.connected()
        },
        interim: (status, flatHeaders) => {
          if (events.interim(status, flatHeaders)) this.#attempts.passedInterim()
        },
        answered: message => {
          if (!isCurrent()) return
          this.#silence.touch()
          events.answered(message)
        },
        upgraded: answer => {
          if (!isCurrent()) return void answer.socket.destroy()
          this.#silence.pause()
          events.upgraded(answer)
        },
        failed: (error, { isConnectTimeout }) => {
          if (!isCurrent()) return
          if (!connected) this.#failed(isConnectTimeout ? 'connect-timeout' : 'connect-failed')
          else this.#failed(isParseError(error) ? 'invalid-response' : 'reset')
        },
      },
    )
    attempt.engine = engine
    // The engine may have failed before it returned; then this attempt is over.
    if (!isCurrent()) engine.abort()
  }

  #failed(outcome: FailureOutcome): void {
    const attempt = this.#end(outcome, 'failure')
    if (attempt === undefined) return
    attempt.engine?.abort()
    const { body, events } = this.#options
    if (this.#answered) {
      this.#isOver = true
      events.brokeOff(outcome)
      return
    }
    const retry = this.#attempts.afterFailure(attempt.endpoint, outcome, {
      reusedConnection: attempt.reusedConnection,
      bodyIsReplayable: body.isReplayable,
    })
    if (retry === 'another-endpoint') this.#next(outcome)
    else if (retry === 'give-up') this.#giveUp(failureStatus(outcome), outcome)
    else if (this.#attempts.begin(attempt.endpoint)) this.#try(attempt.endpoint, 'fresh')
    else this.#giveUp(500, 'upstream-threw')
  }

  #giveUp(status: number, reason: string): void {
    this.#isOver = true
    this.#options.events.gaveUp(status, reason)
  }

  /** Ends the attempt in progress, once: later events of it find that it is not current. */
  #end(outcome: AttemptRecord['outcome'], told: 'success' | 'failure' | 'aborted'): Attempt | undefined {
    const attempt = this.#attempt
    if (attempt === undefined) return undefined
    this.#attempt = undefined
    this.#silence.pause()
    this.#attempts.end(outcome, told)
    return attempt
  }
}

function isParseError(error: Error): boolean {
  return ((error as NodeJS.ErrnoException).code ?? '').startsWith('HPE_')
}
