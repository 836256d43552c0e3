import { describe, expect, it } from 'vitest'
import { responseCounter } from './response-counter.ts'

const response = (status: number, bytes: number): Buffer =>
  Buffer.from(`HTTP/1.1 ${status} X\r\nServer: a\r\nContent-Length: ${bytes}\r\nDate: b\r\n\r\n${'x'.repeat(bytes)}`)

describe('responseCounter', () => {
  it('finds the end of each response of a connection wherever its bytes are cut', () => {
    const wanted = [response(200, 100), response(404, 0), response(503, 7), response(200, 1)]
    for (let cut = 1; cut <= 200; cut += 1) {
      const counter = responseCounter()
      const ends = wanted.map(whole => {
        const statuses: (number | undefined)[] = []
        for (let at = 0; at < whole.length; at += cut) statuses.push(counter.take(whole.subarray(at, at + cut)))
        return { last: statuses.pop(), earlier: statuses.filter(status => status !== undefined) }
      })
      expect(ends).toEqual([200, 404, 503, 200].map(last => ({ last, earlier: [] })))
    }
  })

  it('refuses a response whose end it cannot know', () => {
    expect(() => responseCounter().take(Buffer.from('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'))).toThrow(
      /without a Content-Length/,
    )
  })

  it('refuses bytes that belong to no response', () => {
    expect(() => responseCounter().take(Buffer.concat([response(200, 5), Buffer.from('HTTP')]))).toThrow(
      /after the end/,
    )
  })
})
