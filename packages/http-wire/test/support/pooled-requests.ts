/** Requests over an `UpstreamPool` whose handlers record what they are told. */

import type { AnswerHead } from '../../src/answer-head.ts'
import type { Fields } from '../../src/field-list.ts'
import type { UpstreamConnection } from '../../src/upstream-connection.ts'
import type { AnswerHandler, UpstreamFailure, UpstreamTarget } from '../../src/upstream-host.ts'
import { UpstreamPool, type UpstreamPoolOptions, type UpstreamSearch } from '../../src/upstream-pool.ts'
import { WireBuffers } from '../../src/wire-buffers.ts'
import { manualDeadlines, type ManualDeadlines } from './manual-deadlines.ts'
import { until } from './until.ts'

export const connectMs = 5000
export const silenceMs = 8000

/** One request: what came back, and the connection it went over. */
export class PooledRequest implements AnswerHandler {
  /** `connected`, `interim 103`, `switched`, `head 200`, `ended`, `failed reset`, `drained`; pieces of the body are in `body`. */
  readonly events: string[] = []
  body = ''
  bodyBytes = 0
  head: AnswerHead | undefined
  trailers: Fields | undefined
  connection: UpstreamConnection | undefined
  /** Whether the connection had carried other requests when it was given. */
  wasReused: boolean | undefined
  search: UpstreamSearch | undefined
  readonly #method: string
  readonly #text: string
  readonly #on: (request: PooledRequest, event: string) => void

  constructor(
    options: {
      readonly method?: string
      readonly path?: string
      /** Called after an event was recorded (also `body` and `flush`). Default: releases the connection at the end. */
      readonly on?: (request: PooledRequest, event: string) => void
    } = {},
  ) {
    this.#method = options.method ?? 'GET'
    this.#text = `${this.#method} ${options.path ?? '/'} HTTP/1.1\r\nHost: a\r\n\r\n`
    this.#on = options.on ?? releaseAtEnd
  }

  upstreamConnected(connection: UpstreamConnection): void {
    this.connection = connection
    this.wasReused = connection.isReused
    connection.start(this, { method: this.#method, silenceMs })
    connection.writeText(this.#text)
    connection.sent()
    this.#tell('connected')
  }

  answerInterim(head: AnswerHead): void {
    this.#tell(`interim ${head.status}`)
  }

  answerSwitched(): void {
    this.#tell('switched')
  }

  answerHead(head: AnswerHead): void {
    this.head = head
    this.#tell(`head ${head.status}`)
  }

  answerBody(buffer: Buffer, start: number, end: number): void {
    this.bodyBytes += end - start
    if (this.body.length < 100_000) this.body += buffer.toString('latin1', start, end)
    this.#on(this, 'body')
  }

  answerFlush(): void {
    this.#on(this, 'flush')
  }

  answerEnded(trailers: Fields | undefined): void {
    this.trailers = trailers
    this.#tell('ended')
  }

  upstreamFailed(failure: UpstreamFailure): void {
    this.#tell(`failed ${failure}`)
  }

  upstreamDrained(): void {
    this.#tell('drained')
  }

  /** Resolves once it was told this. */
  async told(event: string): Promise<void> {
    await until(() => this.events.includes(event))
  }

  #tell(event: string): void {
    this.events.push(event)
    this.#on(this, event)
  }
}

/** What a handler must do at least. */
export function releaseAtEnd(request: PooledRequest, event: string): void {
  if (event === 'ended') request.connection?.release()
}

export interface TestPool extends ManualDeadlines {
  readonly pool: UpstreamPool
  /** Begins a request. */
  request(target: UpstreamTarget, request?: PooledRequest): PooledRequest
}

export function testPool(options: Omit<UpstreamPoolOptions, 'deadlines' | 'buffers'> = {}): TestPool {
  const time = manualDeadlines()
  const pool = new UpstreamPool({ ...options, deadlines: time.deadlines, buffers: new WireBuffers() })
  return {
    ...time,
    pool,
    request: (target, request = new PooledRequest()) => {
      request.search = pool.acquire(target, request, connectMs)
      return request
    },
  }
}
