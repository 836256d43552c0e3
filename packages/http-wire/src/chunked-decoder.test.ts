import { array, assert, boolean, constantFrom, integer, property, record, uint8Array, type Arbitrary } from 'fast-check'
import { Buffer } from 'node:buffer'
import { describe, expect, it } from 'vitest'
import { ChunkedDecoder, type ChunkedProgress } from './chunked-decoder.ts'

interface Decoded {
  readonly progress: ChunkedProgress
  readonly data: string
  readonly rest: string
  readonly decoder: ChunkedDecoder
}

/** Feeds the octets in pieces of these sizes, over and over; stops at the end of the body. */
function decode(text: string, sizes: readonly number[], decoder = new ChunkedDecoder()): Decoded {
  const octets = Buffer.from(text, 'latin1')
  let data = ''
  let progress: ChunkedProgress = 'more'
  let at = 0
  for (let piece = 0; at < octets.length && progress === 'more'; piece++) {
    const end = Math.min(octets.length, at + (sizes[piece % sizes.length] ?? 1))
    // In the middle of a larger buffer: what stands beside the piece must not be touched.
    const buffer = Buffer.concat([Buffer.from('<<'), octets.subarray(at, end), Buffer.from('>>')])
    progress = decoder.decode(buffer, 2, 2 + end - at)
    expect(buffer.subarray(0, 2).toString()).toBe('<<')
    expect(buffer.subarray(-2).toString()).toBe('>>')
    if (progress === 'malformed' || progress === 'too-long') break
    data += buffer.toString('latin1', 2, decoder.dataEnd)
    if (progress === 'more') expect(decoder.consumed).toBe(2 + end - at)
    at += decoder.consumed - 2
  }
  return { progress, data, rest: text.slice(at), decoder }
}

const whole = (text: string): Decoded => decode(text, [text.length + 1])

interface Chunk {
  readonly data: Uint8Array
  readonly leadingZeros: number
  readonly isUpper: boolean
  readonly extension: string
}

const extensions = constantFrom('', ';a', ';a=b', ';a="b;c\\"d \xff\t"', ';a;b="";c=d')
const chunks: Arbitrary<readonly Chunk[]> = array(
  record({
    data: uint8Array({ minLength: 1, maxLength: 300 }),
    leadingZeros: integer({ min: 0, max: 3 }),
    isUpper: boolean(),
    extension: extensions,
  }),
  { maxLength: 6 },
)
const trailerLines = array(constantFrom('A: b', 'Digest:  x ', 'a:', 'Set-Cookie: c=\xe4'), { maxLength: 3 })

function encode(parts: readonly Chunk[], last: string, trailers: readonly string[]): string {
  const body = parts.map(({ data, leadingZeros, isUpper, extension }) => {
    const digits = data.length.toString(16)
    const size = '0'.repeat(leadingZeros) + (isUpper ? digits.toUpperCase() : digits)
    return `${size}${extension}\r\n${Buffer.from(data).toString('latin1')}\r\n`
  })
  return `${body.join('')}0${last}\r\n${trailers.map(trailer => `${trailer}\r\n`).join('')}\r\n`
}

describe('ChunkedDecoder', () => {
  it('gives back what was encoded, wherever it is cut, and leaves what follows (RFC 9112 §7.1)', () => {
    const sizes = array(integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 5 })
    const following = constantFrom('', 'x', 'GET / HTTP/1.1\r\n', '\r\n', '0\r\n\r\n')
    assert(
      property(chunks, extensions, trailerLines, sizes, following, (parts, last, trailers, pieces, rest) => {
        const result = decode(encode(parts, last, trailers) + rest, pieces)
        expect(result.progress).toBe('done')
        expect(result.data).toBe(parts.map(({ data }) => Buffer.from(data).toString('latin1')).join(''))
        expect(result.rest).toBe(rest)
        const expected = trailers.flatMap(line => [line.split(':')[0], line.replace(/^[^:]*:\s*/, '').trimEnd()])
        expect(result.decoder.trailers?.flat ?? []).toEqual(expected)
      }),
      { numRuns: 500 },
    )
  })

  it('reads the same octet by octet', () => {
    assert(
      property(chunks, trailerLines, (parts, trailers) => {
        const text = `${encode(parts, ';a="b"', trailers)}rest`
        const all = whole(text)
        const slow = decode(text, [1])
        expect([slow.progress, slow.data, slow.rest]).toEqual([all.progress, all.data, all.rest])
        expect(slow.decoder.trailers?.flat).toEqual(all.decoder.trailers?.flat)
      }),
      { numRuns: 50 },
    )
  })

  it('wants more at every octet before the end', () => {
    const text = '3;a="b"\r\nabc\r\n00\r\nA: b\r\n\r\n'
    for (let end = 1; end < text.length; end++) expect([end, whole(text.slice(0, end)).progress]).toEqual([end, 'more'])
    expect(whole(text).progress).toBe('done')
  })

  it('has no trailers when the section is empty', () => {
    expect(whole('0\r\n\r\n').decoder.trailers).toBeUndefined()
  })

  it('stays done, and takes nothing of what follows', () => {
    const { decoder } = whole('1\r\na\r\n0\r\n\r\n')
    const next = Buffer.from('1\r\nb\r\n')
    expect(decoder.decode(next, 1, next.length)).toBe('done')
    expect([decoder.dataEnd, decoder.consumed]).toEqual([1, 1])
  })

  it('stays malformed', () => {
    const { decoder } = whole('x')
    const next = Buffer.from('0\r\n\r\n')
    expect(decoder.decode(next, 0, next.length)).toBe('malformed')
  })

  it('waits for the data of a chunk as large as its 13 digits say', () => {
    expect(whole('1fffffffffffff\r\na').progress).toBe('malformed')
    expect(whole('fffffffffffff\r\na')).toMatchObject({ progress: 'more', data: 'a' })
  })
})

describe('ChunkedDecoder refuses, whole and octet by octet,', () => {
  it.each([
    ['no size', '\r\na\r\n0\r\n\r\n'],
    ['a size that is no number', 'g\r\n'],
    ['a signed size', '+1\r\na\r\n0\r\n\r\n'],
    ['a negative size', '-1\r\n'],
    ['a size with 0x', '0x1\r\na\r\n0\r\n\r\n'],
    ['a space before a size', ' 1\r\na\r\n0\r\n\r\n'],
    ['a space after a size', '1 \r\na\r\n0\r\n\r\n'],
    ['a tab after a size', '1\t\r\na\r\n0\r\n\r\n'],
    ['an underscore in a size', '1_0\r\n'],
    ['a size in obs-text digits', '\xb2\r\n'],
    ['NUL in a size', '1\0\r\na\r\n'],
    ['a size beyond all numbers', '10000000000000000\r\n'],
    ['leading zeros beyond all sense', `${'0'.repeat(30)}1\r\na\r\n`],
    ['a bare LF after a size', '1\na\r\n0\r\n\r\n'],
    ['a bare CR after a size', '1\ra\r\n0\r\n\r\n'],
    ['two CRs after a size', '1\r\r\na\r\n0\r\n\r\n'],
    ['a bare LF after the last size', '0\n\r\n'],
    ['data without a line end', '1\r\na0\r\n\r\n'],
    ['a bare LF after data', '1\r\na\n0\r\n\r\n'],
    ['a bare CR after data', '1\r\na\r0\r\n\r\n'],
    ['more data than the size says', '1\r\nab\r\n0\r\n\r\n'],
    ['an extension without a name', '1;\r\na\r\n0\r\n\r\n'],
    ['an extension without a value', '1;a=\r\na\r\n0\r\n\r\n'],
    ['a bare LF in an extension', '1;a\nb\r\n0\r\n\r\n'],
    ['a bare LF in a quoted value', '1;a="\n"\r\na\r\n0\r\n\r\n'],
    ['a CRLF in a quoted value', '1;a="\r\n"\r\na\r\n0\r\n\r\n'],
    ['a bare CR in an extension', '1;a\rb\r\n'],
    ['something after a quoted value', '1;a="b"c\r\n'],
    ['a quote within a value', '1;a=b"c"\r\n'],
    ['white space around an extension', '1 ; a\r\na\r\n0\r\n\r\n'],
    ['a trailer without a colon', '0\r\nA\r\n\r\n'],
    ['a folded trailer (RFC 9112 §5.2)', '0\r\nA: b\r\n c\r\n\r\n'],
    ['a space before the colon of a trailer', '0\r\nA : b\r\n\r\n'],
    ['a bare LF after a trailer', '0\r\nA: b\n\r\n'],
    ['a bare LF instead of the last line', '0\r\n\nGET / HTTP/1.1\r\n\r\n'],
    ['a bare CR instead of the last line', '0\r\n\rX\r\n\r\n'],
    ['NUL in a trailer', '0\r\nA: \0\r\n\r\n'],
    ['Content-Length after the body (RFC 9110 §6.5.1)', '0\r\nContent-Length: 5\r\n\r\n'],
    ['Transfer-Encoding after the body (RFC 9110 §6.5.1)', '0\r\nA: b\r\ntransfer-ENCODING: chunked\r\n\r\n'],
    ['Host after the body (RFC 9110 §6.5.1)', '0\r\nHost: a\r\n\r\n'],
  ])('%s (RFC 9112 §7.1)', (_, text) => {
    expect(whole(text).progress).toBe('malformed')
    // A line end that never comes shows late at the latest with the octets that would end the body.
    expect(decode(`${text}\r\n\r\n`, [1]).progress).toBe('malformed')
  })
})

describe('the bounds of ChunkedDecoder', () => {
  it('let 4 KiB of extensions pass in one body, and refuse more in one chunk or in many', () => {
    expect(whole(`1;${'a'.repeat(4000)}\r\nx\r\n0\r\n\r\n`).progress).toBe('done')
    expect(whole(`1;${'a'.repeat(4100)}\r\nx\r\n0\r\n\r\n`).progress).toBe('too-long')
    expect(decode(`${'1;aaaaaaaa\r\nx\r\n'.repeat(600)}0\r\n\r\n`, [100]).progress).toBe('too-long')
    expect(decode(`1;a="${'a'.repeat(5000)}`, [1]).progress).toBe('too-long')
  })

  const withTrailer = (bytes: number): string => `0\r\nA: ${'b'.repeat(bytes - 'A: \r\n\r\n'.length)}\r\n\r\n`

  it.each([[1], [77], [20_000]])('let 8 KiB of trailers pass and refuse one octet more, in pieces of %d', size => {
    expect(decode(withTrailer(8192), [size]).progress).toBe('done')
    expect(decode(withTrailer(8193), [size]).progress).toBe('too-long')
    expect(decode(withTrailer(30_000).slice(0, 9000), [size]).progress).toBe('too-long')
  })

  it('do not count what follows the body', () => {
    expect(whole(`0\r\nA: b\r\n\r\n${'x'.repeat(20_000)}`)).toMatchObject({
      progress: 'done',
      rest: 'x'.repeat(20_000),
    })
  })

  it('let 32 trailers pass and refuse 33', () => {
    expect(whole(`0\r\n${'A: b\r\n'.repeat(32)}\r\n`).progress).toBe('done')
    expect(whole(`0\r\n${'A: b\r\n'.repeat(33)}\r\n`).progress).toBe('too-long')
  })

  it('are those that are given', () => {
    const limits = { maxExtensionBytes: 4, maxTrailerBytes: 10, maxTrailerCount: 1 }
    const bounded = (text: string): ChunkedProgress => decode(text, [99], new ChunkedDecoder(limits)).progress
    expect(bounded('0;ab\r\nA: b\r\n\r\n')).toBe('done')
    expect(bounded('0;abcdef\r\n\r\n')).toBe('too-long')
    expect(bounded('0\r\nA: bcdef\r\n\r\n')).toBe('too-long')
    expect(bounded('0\r\nA:\r\nB:\r\n\r\n')).toBe('too-long')
  })
})
