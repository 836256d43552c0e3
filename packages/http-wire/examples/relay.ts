import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { connect, createServer, type AddressInfo } from 'node:net'
import {
  Deadlines,
  defaultHeadLimits,
  ServerConnection,
  UpstreamPool,
  WireBuffers,
  type AnswerHandler,
  type AnswerHead,
  type RequestHandler,
  type RequestHead,
  type UpstreamConnection,
} from '@ingresskit/http-wire'

const backend = createHttpServer((request, response) => response.end(`you asked for ${request.url}`))
backend.listen(0, '127.0.0.1')
await once(backend, 'listening')
const target = { key: 'backend', address: '127.0.0.1', port: (backend.address() as AddressInfo).port }

const deadlines = new Deadlines()
const buffers = new WireBuffers()
const pool = new UpstreamPool({ deadlines, buffers })

/** Relays one request without a body, and its answer when that has a length. */
class Relay implements RequestHandler, AnswerHandler {
  readonly #client: ServerConnection
  readonly #head: RequestHead
  #upstream: UpstreamConnection | undefined
  #answer = ''

  constructor(client: ServerConnection, head: RequestHead) {
    this.#client = client
    this.#head = head
  }

  run(): void {
    if (this.#head.framing.kind === 'none') pool.acquire(target, this, 5000)
    else this.#refuse(501)
  }

  upstreamConnected(upstream: UpstreamConnection): void {
    this.#upstream = upstream
    upstream.start(this, { method: this.#head.method, silenceMs: 60_000 })
    upstream.writeText(
      `${this.#head.method} ${this.#head.rawTarget} HTTP/1.1\r\nHost: ${this.#head.writtenHost}\r\n\r\n`,
    )
    upstream.sent()
  }

  answerHead(head: AnswerHead): void {
    this.#answer = `HTTP/1.1 ${head.status} ${head.reasonPhrase}\r\nContent-Length: ${head.fields.get('content-length') ?? 0}\r\n\r\n`
  }

  answerBody(buffer: Buffer, start: number, end: number): void {
    this.#answer += buffer.toString('latin1', start, end)
  }

  answerEnded(): void {
    this.#client.writeText(this.#answer)
    this.#upstream?.release()
    this.#client.finish('continue')
  }

  upstreamFailed(): void {
    this.#refuse(502)
  }

  clientClosed(): void {
    this.#upstream?.destroy()
  }

  #refuse(status: number): void {
    this.#client.writeText(`HTTP/1.1 ${status} Sorry\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`)
    this.#client.finish('close')
  }

  requestBody(): void {}
  requestBodyEnded(): void {}
  requestBodyRefused(): void {}
  clientDrained(): void {}
  clientTimedOut(): void {}
  answerInterim(): void {}
  answerSwitched(): void {}
  answerFlush(): void {}
  upstreamDrained(): void {}
}

const limits = {
  ...defaultHeadLimits,
  headTimeoutMs: 10_000,
  idleTimeoutMs: 75_000,
  bodyIdleTimeoutMs: 60_000,
  writeIdleTimeoutMs: 60_000,
  lingerMs: 5000,
}
const proxy = createServer({ pauseOnConnect: true, allowHalfOpen: true, noDelay: true }, socket => {
  const client: ServerConnection = new ServerConnection(
    socket,
    {
      request: head => new Relay(client, head),
      refusal: ({ status, fault }) => {
        console.log('refused:', fault)
        return `HTTP/1.1 ${status} Refused\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`
      },
      closed: () => {},
    },
    { limits, deadlines, buffers, clientReads: 'shared-buffer' },
  )
})
proxy.listen(0, '127.0.0.1')
await once(proxy, 'listening')
const { port } = proxy.address() as AddressInfo

console.log(await (await fetch(`http://127.0.0.1:${port}/tea`)).text())
const rude = connect(port, '127.0.0.1')
rude.write('GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n')
console.log(String((await once(rude, 'data'))[0]).split('\r\n')[0])
process.exit(0)

// prints:
// you asked for /tea
// refused: length-and-transfer-encoding
// HTTP/1.1 400 Refused
