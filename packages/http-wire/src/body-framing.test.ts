import { describe, expect, it } from 'vitest'
import { answerFraming, requestFraming } from './body-framing.ts'
import { FieldList } from './field-list.ts'

const none = { kind: 'none' }
const chunked = { kind: 'chunked' }
const untilClose = { kind: 'until-close' }
const length = (bytes: number): unknown => ({ kind: 'length', bytes })
const withLength = ['Content-Length', '5']
const withChunked = ['Transfer-Encoding', 'chunked']

describe('requestFraming (RFC 9112 §6.3)', () => {
  it.each([
    ['no field', [], '1.1', none],
    ['no field in HTTP/1.0', [], '1.0', none],
    ['a length', withLength, '1.1', length(5)],
    ['a length of nothing, kept apart from no length', ['content-length', '0'], '1.1', length(0)],
    ['a length in HTTP/1.0', withLength, '1.0', length(5)],
    ['chunked', withChunked, '1.1', chunked],
    ['chunked in any case of letters', ['TRANSFER-ENCODING', 'Chunked'], '1.1', chunked],
    ['chunked in HTTP/1.0', withChunked, '1.0', 'transfer-encoding-on-http-1.0'],
    ['both', [...withLength, ...withChunked], '1.1', 'length-and-transfer-encoding'],
    ['both in HTTP/1.0', [...withLength, ...withChunked], '1.0', 'length-and-transfer-encoding'],
    ['both, one of them bad', ['Content-Length', 'x', ...withChunked], '1.1', 'length-and-transfer-encoding'],
    ['two lengths', [...withLength, 'Content-Length', '6'], '1.1', 'bad-content-length'],
    ['the same length twice', [...withLength, ...withLength], '1.1', 'bad-content-length'],
    ['a second length in other letters', [...withLength, 'CONTENT-LENGTH', '5'], '1.1', 'bad-content-length'],
    ['a length of 15 digits', ['Content-Length', '9'.repeat(15)], '1.1', length(999_999_999_999_999)],
    ['a length of 16 digits', ['Content-Length', '9'.repeat(16)], '1.1', 'bad-content-length'],
    ['a length of letters', ['Content-Length', '5a'], '1.1', 'bad-content-length'],
    ['a length in other digits', ['Content-Length', '\xb2'], '1.1', 'bad-content-length'],
    ['a length with an exponent', ['Content-Length', '1e1'], '1.1', 'bad-content-length'],
    ['a coding that exists', ['Transfer-Encoding', 'gzip, chunked'], '1.1', 'transfer-coding-not-served'],
    ['the same in two fields', ['Transfer-Encoding', 'gzip', ...withChunked], '1.1', 'transfer-coding-not-served'],
    ['a coding without chunked', ['Transfer-Encoding', 'gzip'], '1.1', 'bad-transfer-encoding'],
    ['a coding that does not exist', ['Transfer-Encoding', 'x, chunked'], '1.1', 'bad-transfer-encoding'],
    ['chunked that is not last', ['Transfer-Encoding', 'chunked, identity'], '1.1', 'bad-transfer-encoding'],
    ['chunked twice', [...withChunked, ...withChunked], '1.1', 'bad-transfer-encoding'],
  ] as const)('%s', (_, flat, httpVersion, expected) => {
    expect(requestFraming(new FieldList(flat), httpVersion)).toEqual(expected)
  })
})

describe('answerFraming (RFC 9112 §6.3)', () => {
  it.each([
    ['GET', 200, [], '1.1', untilClose],
    ['GET', 200, [], '1.0', untilClose],
    ['GET', 200, withLength, '1.1', length(5)],
    ['GET', 200, withLength, '1.0', length(5)],
    ['GET', 200, ['Content-Length', '0'], '1.1', length(0)],
    ['GET', 200, withChunked, '1.1', chunked],
    ['HEAD', 200, [], '1.1', none],
    ['HEAD', 200, withLength, '1.1', none],
    ['HEAD', 200, withChunked, '1.1', none],
    ['head', 200, withLength, '1.1', length(5)],
    ['GET', 100, [], '1.1', none],
    ['GET', 103, withLength, '1.1', none],
    ['GET', 199, withChunked, '1.1', none],
    ['GET', 204, [], '1.1', none],
    ['GET', 204, withLength, '1.1', none],
    ['GET', 204, withChunked, '1.1', none],
    ['GET', 304, [], '1.0', none],
    ['GET', 304, withLength, '1.1', none],
    ['GET', 205, withLength, '1.1', length(5)],
    ['GET', 404, [], '1.1', untilClose],
    ['GET', 200, withChunked, '1.0', 'transfer-encoding-on-http-1.0'],
    ['HEAD', 200, withChunked, '1.0', 'transfer-encoding-on-http-1.0'],
    ['HEAD', 200, ['Content-Length', 'x'], '1.1', 'bad-content-length'],
    ['GET', 204, [...withLength, ...withChunked], '1.1', 'length-and-transfer-encoding'],
    ['GET', 304, [...withLength, 'Content-Length', '6'], '1.1', 'bad-content-length'],
    ['GET', 200, ['Transfer-Encoding', 'gzip, chunked'], '1.1', 'transfer-coding-not-served'],
    ['GET', 200, ['Transfer-Encoding', 'identity'], '1.1', 'bad-transfer-encoding'],
  ] as const)('%s answered %d with %j in HTTP/%s', (method, status, flat, httpVersion, expected) => {
    expect(answerFraming({ status, fields: new FieldList(flat), httpVersion }, method)).toEqual(expected)
  })
})
