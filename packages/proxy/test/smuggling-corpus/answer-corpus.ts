/** Lets a backend answer every case, and then a victim ask for something over what is left of its connections. */

import type { RawConnection } from '@ingresskit/testkit'
import { describe, expect, it } from 'vitest'
import { fixture, forwardTo, portsInOrder, type DataPlaneFactory } from '../data-plane-contract/fixture.ts'
import { attackRequest, type AnswerCase, type AnswerException } from './answer-case.ts'
import { answerCases } from './corpus.ts'
import { bystander } from './bystander.ts'
import { deliver, withDeliveries } from './delivery.ts'
import { ownAnswer } from './recording-backend.ts'
import { readAnswers, type StrictAnswer } from './strict-answers.ts'
import { readStrictly } from './strict-requests.ts'

/** `exceptions` by id: cases that this data plane treats differently, how, and why that is safe. */
export function answerCorpus(
  factory: DataPlaneFactory,
  exceptions: ReadonlyMap<string, AnswerException> = new Map(),
): void {
  describe('answer corpus', () => {
    const { open, raw } = fixture(factory)

    const attempt = async (attack: AnswerCase, cuts: readonly number[]): Promise<void> => {
      const hostile = Promise.withResolvers<RawConnection>()
      const backend = await raw(connection => {
        let answered = 0
        connection.socket.on('data', () => {
          for (const request of readStrictly(connection.received()).requests.slice(answered)) {
            answered++
            if (request.target !== '/attack') connection.send(ownAnswer(request))
            else void misbehave(connection, attack, cuts).then(() => hostile.resolve(connection))
          }
        })
      })
      const { client } = await open({
        route: () => forwardTo(portsInOrder(backend.port), { timeouts: { connectMs: 2000, readMs: 1500 } }),
      })
      await bystander(await client(), '/before')
      const attacker = await client()
      attacker.send(attack.request ?? attackRequest)
      const connection = await hostile.promise
      const { expected } = attack
      const method = attack.request?.startsWith('HEAD') === true ? 'HEAD' : 'GET'
      const isWhole = (text: string): boolean => readAnswers(text, [method]).answers.length > 0
      await attacker.until(isWhole).catch(() => {})
      if (expected.kind !== 'passed' || expected.backendConnection === 'closed') await connection.closed
      await bystander(await client(), '/victim')
      await bystander(await client(), '/second-victim')
      attacker.end()
      checkAnswer((await attacker.closed).received, attack, method)
    }

    it.each(answerCases.map(attack => [attack.id, attack] as const))('%s', async (id, attack) => {
      const sent = { ...attack, ...exceptions.get(id) }
      expect(await withDeliveries('many', sent.answer, cuts => attempt(sent, cuts))).toBeGreaterThan(0)
    })

    it('has a case for every exception', () => {
      const ids = new Set(answerCases.map(({ id }) => id))
      expect([...exceptions.keys()].filter(id => !ids.has(id))).toEqual([])
    })
  })
}

async function misbehave(connection: RawConnection, attack: AnswerCase, cuts: readonly number[]): Promise<void> {
  await deliver(connection, attack.answer, cuts)
  if (attack.behind === 'ends') connection.end()
  if (attack.behind === 'resets') connection.reset()
}

function checkAnswer(received: string, attack: AnswerCase, method: string): void {
  const { expected } = attack
  const { answers, rest } = readAnswers(received, [method])
  const statuses = answers.map(({ status }) => status)
  switch (expected.kind) {
    case 'refused':
      expect(statuses).toEqual([502])
      expect(rest).toBe('')
      return
    case 'broken':
      // Nothing whole, but for a 502 when nothing had been sent yet.
      if (answers.length > 0) expect([statuses, rest]).toEqual([[502], ''])
      return
    case 'passed':
      expect(rest, 'bytes after the answer').toBe('')
      expect(answers.map(({ status, body }) => ({ status, body }))).toEqual([
        { status: expected.status, body: expected.body },
      ])
      if (expected.fields !== 'any') expect(answers.map(endToEnd)).toEqual([expected.fields ?? []])
  }
}

const ownFields = new Set(['date', 'connection', 'keep-alive', 'content-length', 'transfer-encoding'])

function endToEnd({ fields }: StrictAnswer): readonly string[] {
  return fields.filter(([name]) => !ownFields.has(name)).map(([name, value]) => `${name}: ${value}`)
}
