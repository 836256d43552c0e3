/** Cases of the corpus with small damage, one after another on one data plane: whatever comes of them, nobody else notices. */

import { array, asyncProperty, assert, constantFrom, nat, tuple } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fixture, forwardTo, portsInOrder, type DataPlaneFactory } from '../data-plane-contract/fixture.ts'
import { bystander } from './bystander.ts'
import { requestCases } from './corpus.ts'
import { deliver } from './delivery.ts'
import { recordingBackend } from './recording-backend.ts'

const numRuns = 150

/** Short ones: the bounds are not at stake here. */
const bytesOfCases = requestCases.map(({ bytes }) => bytes).filter(bytes => bytes.length < 1000)
const inserted = constantFrom(
  '\r',
  '\n',
  '\0',
  ' ',
  '\t',
  ':',
  ',',
  ';',
  '0',
  '5',
  'x',
  '\x0b',
  '\x80',
  '\r\n',
  '\r\n\r\n',
  '0\r\n\r\n',
)

export function mutatedCorpus(factory: DataPlaneFactory): void {
  describe('mutated corpus', () => {
    const { open, raw } = fixture(factory)

    it('lets only well-formed requests through, and everybody else get their own answer', async () => {
      const backend = await recordingBackend(raw)
      const { client, plane } = await open({
        route: () => forwardTo(portsInOrder(backend.port)),
        limits: { headersTimeoutMs: 1500, bodyIdleTimeoutMs: 1500, keepAliveTimeoutMs: 1500 },
      })
      const damage = tuple(nat(1000), nat(2), inserted)
      await assert(
        asyncProperty(
          constantFrom(...bytesOfCases),
          array(damage, { minLength: 1, maxLength: 2 }),
          array(nat(1000), { maxLength: 4 }),
          async (bytes, damages, places) => {
            const damaged = damages.reduce(damagedBy, bytes)
            const cuts = [...new Set(places.map(place => place % damaged.length))].toSorted((a, b) => a - b)
            const attacker = await client()
            await deliver(attacker, damaged, cuts)
            attacker.end()
            await bystander(await client(), '/victim')
            await attacker.closed
          },
        ),
        { numRuns },
      )
      expect(await plane.drain({ delayMs: 0, timeoutMs: 10_000 })).toEqual({ cut: 0 })
      const faults = backend.readings().map(({ reading }) => reading.fault)
      expect(faults.filter(fault => fault !== undefined)).toEqual([])
      expect(backend.requests.filter(({ target }) => target === '/victim').length).toBeGreaterThanOrEqual(numRuns)
    })
  })
}

/** Replaces `length` bytes at a place by a text. */
function damagedBy(
  bytes: string,
  [place, length, text]: readonly [place: number, length: number, text: string],
): string {
  const at = place % (bytes.length + 1)
  return bytes.slice(0, at) + text + bytes.slice(at + length)
}
