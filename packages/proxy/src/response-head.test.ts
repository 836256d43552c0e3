import { describe, expect, it } from 'vitest'
import { FieldList } from '@ingresskit/http-wire'
import { passedTrailers, responseHead } from './response-head.ts'

const head = (status: number, flat: readonly string[], reasonPhrase = 'OK') =>
  responseHead({ status, reasonPhrase, headers: new FieldList(flat) }, { acceptsTrailers: true, isHead: false })

describe('responseHead', () => {
  it('keeps Trailer only beside a chunked body', () => {
    expect(head(200, ['Trailer', 'X', 'Transfer-Encoding', 'chunked'])).toMatchObject({ flatHeaders: ['Trailer', 'X'] })
    expect(head(200, ['Trailer', 'X', 'Content-Length', '1'])).toMatchObject({ flatHeaders: ['Content-Length', '1'] })
  })

  it('takes Content-Length from 204 and leaves it on 304', () => {
    expect(head(204, ['Content-Length', '5'])).toMatchObject({ flatHeaders: [] })
    expect(head(304, ['Content-Length', '5'])).toMatchObject({ flatHeaders: ['Content-Length', '5'] })
  })

  it.each([99, 100, 199, 1000, 0, Number.NaN])('refuses status %d', status => {
    expect(head(status, [])).toEqual({ kind: 'invalid', why: 'status' })
  })

  it('refuses what node:http would throw on', () => {
    expect(head(200, ['a b', '1'])).toMatchObject({ why: 'header-field' })
    expect(head(200, ['a', 'x\ny'])).toMatchObject({ why: 'header-field' })
    expect(head(200, ['a', '\u0100'])).toMatchObject({ why: 'header-field' })
  })

  it('leaves out a reason phrase that is empty or not printable', () => {
    expect(head(200, [], 'Fine')).toMatchObject({ reasonPhrase: 'Fine' })
    expect(head(200, [], '')).not.toHaveProperty('reasonPhrase')
    expect(head(200, [], 'a\x01')).not.toHaveProperty('reasonPhrase')
  })
})

describe('passedTrailers', () => {
  it('passes fields of the application and none that frames, routes or authenticates', () => {
    const flat = [
      'grpc-status',
      '0',
      'Content-Length',
      '9',
      'Transfer-Encoding',
      'chunked',
      'Set-Cookie',
      'a',
      'Host',
      'x',
      'bad name',
      '1',
    ]
    expect(passedTrailers(new FieldList(flat))).toEqual([['grpc-status', '0']])
  })
})
