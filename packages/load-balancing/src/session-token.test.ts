import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seeded } from '../test/seed.ts'
import { readSession, sessionToken } from './session-token.ts'

const sign = (text: string): string => createHmac('sha256', 'secret').update(text).digest('base64url')
const parts = fc.stringMatching(/^[\w-]{1,128}$/u)

describe(seeded('sessionToken'), () => {
  it('is read as what it was made of', () => {
    fc.assert(
      fc.property(parts, parts, (key, endpointToken) => {
        expect(readSession(sessionToken({ key, endpointToken }, sign), sign)).toEqual({ key, endpointToken })
      }),
    )
  })

  it('is worth nothing with any one character changed, added or left out', () => {
    const token = sessionToken({ key: 'k1', endpointToken: sign('10.0.0.1:80') }, sign)
    for (let at = 0; at <= token.length; at += 1) {
      const other = token[at] === 'A' ? 'B' : 'A'
      const forged = [token.slice(0, at) + token.slice(at + 1), token.slice(0, at) + other + token.slice(at)]
      if (at < token.length) forged.push(token.slice(0, at) + other + token.slice(at + 1))
      for (const text of forged) expect(text === token ? undefined : readSession(text, sign)).toBeUndefined()
    }
  })

  it('is worth nothing under another secret', () => {
    const other = (text: string): string => createHmac('sha256', 'another').update(text).digest('base64url')
    expect(readSession(sessionToken({ key: 'k1', endpointToken: 'e1' }, sign), other)).toBeUndefined()
  })

  it('cannot be made of the token of an endpoint whose key looks like a session', () => {
    expect(readSession(`k1.e1.${sign('k1.e1')}`, sign)).toBeUndefined()
  })

  it('is not mistaken for one when the parts are divided in another way', () => {
    const [, , signature] = sessionToken({ key: 'ab', endpointToken: 'c' }, sign).split('.')
    expect(readSession(`a.bc.${signature}`, sign)).toBeUndefined()
    expect(readSession(`ab..c.${signature}`, sign)).toBeUndefined()
  })

  it.each([
    ['is empty', ''],
    ['has two parts', 'a.b'],
    ['has four parts', 'a.b.c.d'],
    ['is too long', `${'a'.repeat(129)}.${'b'.repeat(128)}.${'c'.repeat(128)}`],
    ['is much too long', '.'.repeat(1_000_000)],
  ])('costs no signature when it %s', (_, text) => {
    let signatures = 0
    const counted = (signed: string): string => {
      signatures += 1
      return sign(signed)
    }
    expect(readSession(text, counted)).toBeUndefined()
    expect(signatures).toBe(0)
  })
})
