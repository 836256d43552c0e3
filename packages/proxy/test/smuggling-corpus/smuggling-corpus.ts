/** Sends every case to a data plane in front of a recording backend, and then lets a victim ask for something. */

import type { RawConnection } from '@ingresskit/testkit'
import { describe, expect, it } from 'vitest'
import { fixture, forwardTo, portsInOrder, type DataPlaneFactory } from '../data-plane-contract/fixture.ts'
import { requestCases } from './corpus.ts'
import { openSurface, type Transport } from './attack-surface.ts'
import { bystander } from './bystander.ts'
import { deliver, withDeliveries } from './delivery.ts'
import { ownBody, recordingBackend, type RecordingBackend } from './recording-backend.ts'
import { asSeen, proxyFieldFaults, wanted } from './seen-request.ts'
import type { CorpusException, Expected, SeenRequest, SmugglingCase } from './smuggling-case.ts'
import { readAnswers, type StrictAnswer } from './strict-answers.ts'

/** `exceptions` by id: cases that this data plane treats differently, how, and why that is safe. `transport`: default plain. */
export function smugglingCorpus(
  factory: DataPlaneFactory,
  exceptions: ReadonlyMap<string, CorpusException> = new Map(),
  transport: Transport = 'plain',
): void {
  describe(`smuggling corpus, ${transport}`, () => {
    const { open, raw } = fixture(factory)
    // Every connection costs a handshake.
    const deliveries = transport === 'tls' ? 'few' : 'many'

    const attempt = async (attack: SmugglingCase, cuts: readonly number[]): Promise<void> => {
      const { expected } = attack
      const backend = await recordingBackend(raw)
      const connect = await openSurface(open, transport, {
        route: () => forwardTo(portsInOrder(backend.port)),
        // A case that is taken for the beginning of something longer shows as 408 soon.
        limits: { headersTimeoutMs: 1500, bodyIdleTimeoutMs: 1500, keepAliveTimeoutMs: 1500 },
      })
      await bystander(await connect(), '/before')
      const attacker = await connect()
      await deliver(attacker, attack.bytes, cuts)
      if (attack.ends === true) attacker.end()
      await attackIsOver(attacker, expected)
      await bystander(await connect(), '/victim')
      attacker.end()
      const { received } = await attacker.closed
      checkAnswers(received, attack, expected)
      await checkBackend(backend, expected, transport)
    }

    it.each(requestCases.map(attack => [attack.id, attack] as const))('%s', async (id, attack) => {
      const sent = { ...attack, ...exceptions.get(id) }
      expect(await withDeliveries(deliveries, sent.bytes, cuts => attempt(sent, cuts))).toBeGreaterThan(0)
    })

    it('has a case for every exception', () => {
      const ids = new Set(requestCases.map(({ id }) => id))
      expect([...exceptions.keys()].filter(id => !ids.has(id))).toEqual([])
    })
  })
}

async function attackIsOver(attacker: RawConnection, expected: Expected): Promise<void> {
  const awaited = expected.kind === 'answered' ? 1 : answeredRequests(expected).length
  const isOpen = expected.kind === 'answered' || (expected.kind === 'forwarded' && expected.closes !== true)
  if (!isOpen) await attacker.closed
  else await attacker.until(text => readAnswers(text, methodsOf(expected)).answers.length >= awaited).catch(() => {})
}

function answeredRequests(expected: Expected): readonly SeenRequest[] {
  if (expected.kind === 'answered') return []
  return expected.kind === 'forwarded' ? expected.requests : (expected.before ?? [])
}

function methodsOf(expected: Expected): readonly string[] {
  return answeredRequests(expected).map(({ line }) => line.slice(0, line.indexOf(' ')))
}

function checkAnswers(received: string, attack: SmugglingCase, expected: Expected): void {
  const { answers, rest } = readAnswers(received, methodsOf(expected))
  expect(rest, 'bytes after the last whole answer').toBe('')
  const own = answeredRequests(expected)
  const got = answers.slice(0, own.length).map(({ status, body }) => [status, body])
  expect(got).toEqual(
    own.map(({ line }) => {
      const [method = '', target = ''] = line.split(' ')
      return [200, method === 'HEAD' ? '' : ownBody(method, target)]
    }),
  )
  checkLastAnswers(answers.slice(own.length), attack, expected)
}

/** After the answers of the backend: the one refusal, if any. */
function checkLastAnswers(answers: readonly StrictAnswer[], attack: SmugglingCase, expected: Expected): void {
  if (expected.kind === 'forwarded') {
    expect(answers).toEqual([])
    return
  }
  // A client that ended its side in the middle of a request may get no answer any more.
  if (answers.length === 0 && attack.ends === true) return
  expect(answers, 'answers of the proxy itself').toHaveLength(1)
  const [answer] = answers
  expect(expected.status).toContain(answer?.status)
  if (expected.kind !== 'answered') expect(answer?.fields).toContainEqual(['connection', 'close'])
}

async function checkBackend(backend: RecordingBackend, expected: Expected, transport: Transport): Promise<void> {
  const attack = backend.requests.filter(({ target }) => target !== '/before' && target !== '/victim')
  expect(attack.map(asSeen)).toEqual(answeredRequests(expected).map(wanted))
  for (const request of backend.requests) expect(proxyFieldFaults(request, transport)).toEqual([])
  expect(backend.requests.filter(({ target }) => target === '/before')).toHaveLength(1)
  expect(backend.requests.filter(({ target }) => target === '/victim')).toHaveLength(1)
  for (const { connection, reading } of backend.readings()) {
    expect(reading.fault, 'what the backend cannot read').toBeUndefined()
    if (reading.unfinished === undefined) continue
    expect(expected.kind, `the backend saw a part of it: ${JSON.stringify(reading.unfinished.bytes)}`).toBe('cut')
    if (expected.kind !== 'cut') return
    await connection.closed
    const { head } = reading.unfinished
    if (head === undefined) continue
    const whole = wanted(expected.request)
    expect({ ...asSeen(head), body: '' }).toEqual({ ...whole, body: '' })
    expect(whole.body.startsWith(head.body), `body ${JSON.stringify(head.body)}`).toBe(true)
  }
}
