import type { RequestRecord } from '@ingresskit/proxy'
import { describe, expect, it } from 'vitest'
import { servedRequest } from '../test/support/request-records.ts'
import { accessLogLine } from './access-log-line.ts'
import { maxWholeBytes } from './line-destination.ts'

function parsed(record: RequestRecord): Readonly<Record<string, unknown>> {
  const line = accessLogLine(record, 1000)
  expect(line.indexOf('\n')).toBe(line.length - 1)
  expect(Buffer.byteLength(line)).toBeLessThanOrEqual(maxWholeBytes)
  // What a reader gets: nothing is lost on the way through UTF-8.
  expect(Buffer.from(line).toString()).toBe(line)
  return JSON.parse(line) as Record<string, unknown>
}

/** A record whose every text is as given. */
function full(text: string): RequestRecord {
  return {
    ...servedRequest,
    requestId: text,
    clientAddress: text,
    method: text,
    host: text,
    path: text,
    reason: text,
    labels: { namespace: text, ingress: text, service: text, host: text, path: text },
    attempts: Array.from({ length: 20 }, () => ({ endpoint: text, outcome: 'invalid-response' as const })),
    durationMs: 123_456_789.123_456_7,
    requestBytes: Number.MAX_SAFE_INTEGER,
    responseBytes: Number.MAX_SAFE_INTEGER,
  }
}

describe('a line of the access log', () => {
  it('has every field', () => {
    expect(parsed({ ...servedRequest, durationMs: 3.123_456 })).toEqual({
      level: 'info',
      time: 1000,
      msg: 'request',
      requestId: 'id-1',
      clientAddress: '192.0.2.1',
      method: 'GET',
      scheme: 'http',
      host: 'a.example',
      path: '/x',
      status: 200,
      reason: null,
      namespace: 'shop',
      ingress: 'web',
      service: 'web',
      endpoint: '10.0.0.7:8080',
      attempts: ['10.0.0.7:8080 answered'],
      durationMs: 3.123,
      requestBytes: 10,
      responseBytes: 100,
      upgraded: false,
    })
  })

  it('has null where there is nothing to say', () => {
    const { labels: _, ...unlabelled } = servedRequest
    expect(parsed({ ...unlabelled, attempts: [], status: 404, reason: 'no-rule' })).toMatchObject({
      reason: 'no-rule',
      namespace: null,
      ingress: null,
      service: null,
      endpoint: null,
      attempts: [],
    })
  })

  it('tells every attempt, and the endpoint of the last', () => {
    const attempts = [
      { endpoint: '10.0.0.1:80', outcome: 'connect-failed' },
      { endpoint: '10.0.0.2:80', outcome: 'answered', latencyMs: 1 },
    ] as const
    expect(parsed({ ...servedRequest, attempts })).toMatchObject({
      endpoint: '10.0.0.2:80',
      attempts: ['10.0.0.1:80 connect-failed', '10.0.0.2:80 answered'],
    })
  })

  it('carries texts that try to break out of it as they are', () => {
    const texts = [
      '"',
      '\\',
      '"}\n{"msg":"request"',
      '\r\n',
      '\0',
      '\u2028',
      '\u007f',
      '\u001b[31m',
      'é€😀',
      '__proto__',
    ]
    for (const text of texts) {
      expect(parsed(full(text))).toMatchObject({ requestId: text, method: text, host: text, path: text, service: text })
    }
  })

  it('is valid and bounded whatever the texts and however long they are', () => {
    for (const unit of ['x', '"', '\u0001', '€', '😀', '\ud800', '\udc00x']) {
      for (const length of [47, 48, 49, 255, 256, 257, 1023, 1025, 4096, 100_000]) {
        const { path } = parsed(full(unit.repeat(length)))
        expect(String(path)).toMatch(/^(.{1,1024}|.{1,1024}…)$/su)
      }
    }
  })

  it('cuts a long path, and all texts when the line would be too long for a pipe', () => {
    const path = `/${'x'.repeat(5000)}`
    expect(parsed({ ...servedRequest, path })).toMatchObject({ path: `${path.slice(0, 1024)}…`, host: 'a.example' })
    const controls = '\u0001'.repeat(5000)
    expect(parsed({ ...servedRequest, path: controls })).toMatchObject({ path: `${controls.slice(0, 48)}…` })
  })
})
