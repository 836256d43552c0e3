import type { RequestRecord } from '@ingresskit/proxy'
import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import { requestLog } from './request-log.ts'

const record: RequestRecord = {
  requestId: 'id-1',
  clientAddress: '192.0.2.1',
  method: 'GET',
  scheme: 'http',
  host: 'a.example',
  path: '/x',
  status: 502,
  reason: 'all-attempts-failed',
  labels: { namespace: 'shop', ingress: 'web', service: 'web', host: 'a.example', path: '/' },
  attempts: [{ endpoint: '10.0.0.7:8080', outcome: 'connect-failed' }],
  durationMs: 1,
  requestBytes: 0,
  responseBytes: 0,
  upgraded: false,
}

function logged(): {
  readonly lines: readonly Record<string, unknown>[]
  write(next: RequestRecord): void
  at(ms: number): void
} {
  const lines: Record<string, unknown>[] = []
  let time = 0
  const write = requestLog(
    pino({ base: null }, { write: line => lines.push(JSON.parse(line) as Record<string, unknown>) }),
    () => time,
  )
  return { lines, write, at: ms => (time = ms) }
}

describe('the log of refused requests', () => {
  it('gives the reason and the attempts under the id that the client was told', () => {
    const { lines, write } = logged()
    write(record)
    expect(lines).toMatchObject([
      {
        level: 40,
        requestId: 'id-1',
        reason: 'all-attempts-failed',
        namespace: 'shop',
        ingress: 'web',
        attempts: ['10.0.0.7:8080 connect-failed'],
      },
    ])
  })

  it('says nothing of answers that a backend gave', () => {
    const { lines, write } = logged()
    const { reason: _, ...passedOn } = record
    write({ ...passedOn, status: 200 })
    expect(lines).toEqual([])
  })

  it('is bounded in lines and in text, and counts what it leaves out', () => {
    const { lines, write, at } = logged()
    for (let index = 0; index < 150; index += 1) write({ ...record, path: `/${'x'.repeat(10_000)}` })
    expect(lines).toHaveLength(100)
    expect(String(lines[0]?.['path']).length).toBeLessThan(300)
    at(1000)
    write(record)
    expect(lines.slice(100)).toMatchObject([{ leftOut: 50 }, { requestId: 'id-1' }])
  })
})
