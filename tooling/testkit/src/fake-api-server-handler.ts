// What happens to a request: who asks, may they, is a fault ordered, and then the answer.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { writeStatus, writeText } from './fake-api-server-answers.ts'
import type { FakeAccess } from './fake-api-server-access.ts'
import { type FakeRequest, type FaultAnswer, type FaultList, matchesRequest } from './fake-api-server-faults.ts'
import { jsonOf } from './fake-api-server-json.ts'
import type { FakeLists } from './fake-api-server-lists.ts'
import { requestOf } from './fake-api-server-requests.ts'
import { parseResourcePath, type ResourcePath } from './fake-api-server-resources.ts'
import type { FakeSchedule } from './fake-api-server-schedule.ts'
import type { FakeStalls } from './fake-api-server-stalls.ts'
import { forbidden, initializing, notFound } from './fake-api-server-statuses.ts'
import type { FakeStore } from './fake-api-server-store.ts'
import { type AnswerStream, answerStream } from './fake-api-server-stream.ts'
import { fakeVersion } from './fake-api-server-version.ts'
import type { FakeWatches } from './fake-api-server-watches.ts'
import { answerWrite, type FakeWriteLimits } from './fake-api-server-writes.ts'

/** What a request is answered from. */
export interface HandlerParts {
  readonly store: FakeStore
  readonly lists: FakeLists
  readonly watches: FakeWatches
  readonly faults: FaultList
  readonly stalls: FakeStalls
  readonly access: FakeAccess
  readonly schedule: FakeSchedule
  readonly limits: FakeWriteLimits
  /** Resources whose watch cache is not filled yet: the next watch of each is put off, once. */
  readonly coldCaches: Set<string>
  /** Resets the connection of a request. */
  readonly reset: (incoming: IncomingMessage) => void
  /** Called with each request before it is answered. */
  readonly onRequest: (request: FakeRequest) => void
}

/** Answers requests. */
export function fakeApiHandler(parts: HandlerParts): (incoming: IncomingMessage, response: ServerResponse) => void {
  const { faults, stalls, access, schedule, reset, onRequest } = parts
  return (incoming, response) => {
    const request = requestOf(incoming, access.userOf)
    onRequest(request)
    const fault = faults.take(request)
    const pace =
      fault?.kind === 'slow'
        ? { delayMs: fault.delayMs ?? 0, bytesPerSecond: fault.bytesPerSecond ?? Infinity }
        : undefined
    const stream = answerStream({ incoming, response, schedule, pace, reset: () => reset(incoming) })
    stalls.add(stream, filter => matchesRequest(filter, request))
    if (fault && fault.kind !== 'slow') return answerFault(fault, stream)
    return answer(parts, { request, incoming }, stream)
  }
}

interface Asked {
  readonly request: FakeRequest
  readonly incoming: IncomingMessage
}

function answer(parts: HandlerParts, { request, incoming }: Asked, stream: AnswerStream): void {
  if (request.user === undefined) return writeStatus(stream, { code: 401 })
  if (request.path === '/version') return writeText(stream, JSON.stringify(fakeVersion), { code: 200 })
  const path = parseResourcePath(request.path)
  if (!path) {
    const headers = { 'Content-Type': 'text/plain; charset=utf-8', 'X-Content-Type-Options': 'nosniff' }
    return writeText(stream, '404 page not found\n', { code: 404, headers })
  }
  if (!parts.access.allows(request)) return writeStatus(stream, forbidden(path.resource, request))
  switch (request.verb) {
    case 'list':
      return parts.lists.list(path, request.query, stream)
    case 'watch':
      if (parts.coldCaches.delete(path.resource.plural)) return writeStatus(stream, initializing)
      return parts.watches.open(path, request.query, stream)
    case 'get':
      return answerGet(parts.store, path, stream)
    default:
      return readBody(incoming, body => {
        const { method } = request
        const contentType = (incoming.headers['content-type'] ?? '').replace(/;.*/, '')
        answerWrite(parts.store, { method, path, contentType, body, limits: parts.limits }, stream)
      })
  }
}

function answerGet(store: FakeStore, path: ResourcePath, stream: AnswerStream): void {
  const name = path.name ?? ''
  const object = store.get(path.resource.kind, path.namespace === undefined ? name : `${path.namespace}/${name}`)
  if (object) return writeText(stream, jsonOf(object), { code: 200 })
  return writeStatus(stream, notFound(path.resource, name))
}

function readBody(incoming: IncomingMessage, run: (body: string) => void): void {
  const chunks: Buffer[] = []
  incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
  incoming.on('end', () => run(Buffer.concat(chunks).toString()))
}

function answerFault(fault: Exclude<FaultAnswer, { kind: 'slow' }>, stream: AnswerStream): void {
  switch (fault.kind) {
    case 'status':
      return writeStatus(stream, fault)
    case 'overload': {
      const headers = {
        'Content-Type': 'text/plain; charset=utf-8',
        'Retry-After': String(fault.retryAfterSeconds),
        'X-Content-Type-Options': 'nosniff',
      }
      return writeText(stream, 'Too many requests, please try again later.\n', { code: 429, headers })
    }
    case 'body':
      stream.head(200, { 'Content-Type': 'application/json' })
      return stream.write(fault.text, () => stream.cut(fault.ending))
    case 'reset':
    case 'fin':
      return stream.cut(fault.kind)
    case 'hang':
      return undefined
  }
}
