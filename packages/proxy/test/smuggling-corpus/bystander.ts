/** Somebody else, on a connection of their own. */

import type { RawConnection } from '@ingresskit/testkit'
import { expect } from 'vitest'
import { get } from '../data-plane-contract/fixture.ts'
import { ownBody } from './recording-backend.ts'
import { readAnswers } from './strict-answers.ts'

/** Asks for something, and must get the answer to that and nothing else. */
export async function bystander(connection: RawConnection, target: string): Promise<void> {
  connection.send(get(target, 'Connection: close'))
  const { received } = await connection.closed
  const { answers, rest } = readAnswers(received, ['GET'])
  expect(answers.map(({ status, body }) => [status, body])).toEqual([[200, ownBody('GET', target)]])
  expect(rest).toBe('')
}
