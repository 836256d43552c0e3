/** What of a request's header reaches a backend, and what of an answer's reaches the client. */

import { describe, expect, it } from 'vitest'
import type { DataPlaneOptions } from '../../src/index.ts'
import { fixture, forwardTo, get, portsInOrder, responses, type DataPlaneFactory } from './fixture.ts'

export function headersContract(factory: DataPlaneFactory): void {
  describe('header fields', () => {
    const { open, echo } = fixture(factory)

    const sentOn = async (
      headers: readonly string[],
      options: Partial<DataPlaneOptions> = {},
    ): Promise<Record<string, unknown>> => {
      const backend = await echo('a')
      const { client } = await open({ route: () => forwardTo(portsInOrder(backend.port)), ...options })
      const connection = await client()
      connection.send(get('/', ...headers))
      await connection.until(responses(1))
      return { ...backend.requests[0]?.headers }
    }

    const answerWith = async (flat: readonly string[]): Promise<string> => {
      const backend = await echo('a', (_request, response) => {
        response.writeHead(200, [...flat])
        response.end('ok')
        return true
      })
      const { client } = await open({ route: () => forwardTo(portsInOrder(backend.port)) })
      const connection = await client()
      connection.send(get('/'))
      return connection.until(text => text.includes('ok'))
    }

    it('tells the backend about the client', async () => {
      expect(await sentOn([])).toMatchObject({
        'x-forwarded-for': '127.0.0.1',
        'x-forwarded-proto': 'http',
        'x-forwarded-host': 'site.test',
        'x-forwarded-port': '80',
        'x-real-ip': '127.0.0.1',
        'x-request-id': 'made-id',
      })
    })

    it('replaces or drops what an untrusted client says about itself', async () => {
      const headers = await sentOn([
        'X-Forwarded-For: 6.6.6.6',
        'X-Forwarded-Proto: https',
        'X-Forwarded-Host: evil.test',
        'X-Forwarded-Port: 1',
        'X-Forwarded-Prefix: /x',
        'X-Real-IP: 6.6.6.6',
        'X-Original-URL: /admin',
        'Forwarded: for=6.6.6.6',
      ])
      expect(headers).toMatchObject({
        'x-forwarded-for': '127.0.0.1',
        'x-forwarded-proto': 'http',
        'x-forwarded-host': 'site.test',
      })
      expect(headers).not.toHaveProperty('x-forwarded-prefix')
      expect(headers).not.toHaveProperty('x-original-url')
      expect(headers).not.toHaveProperty('forwarded')
      expect(JSON.stringify(headers)).not.toContain('6.6.6.6')
    })

    it('believes a trusted proxy: extends its chain and takes the rightmost untrusted address', async () => {
      const headers = await sentOn(
        [
          'X-Forwarded-For: 6.6.6.6, 203.0.113.9, 10.1.2.3',
          'X-Forwarded-Proto: https',
          'X-Forwarded-Host: pub.test',
          'X-Forwarded-Port: 444',
          'Forwarded: for=1.1.1.1',
        ],
        { trustedProxies: ['127.0.0.0/8', '10.0.0.0/8'] },
      )
      expect(headers).toMatchObject({
        'x-forwarded-for': '6.6.6.6, 203.0.113.9, 10.1.2.3, 127.0.0.1',
        'x-forwarded-proto': 'https',
        'x-forwarded-host': 'pub.test',
        'x-forwarded-port': '444',
        'x-real-ip': '203.0.113.9',
        forwarded: 'for=1.1.1.1',
      })
    })

    it('keeps a client X-Request-ID of at most 128 printable characters and replaces any other', async () => {
      expect(await sentOn([`X-Request-ID: ${'a'.repeat(128)}`])).toMatchObject({ 'x-request-id': 'a'.repeat(128) })
      expect(await sentOn([`X-Request-ID: ${'a'.repeat(129)}`])).toMatchObject({ 'x-request-id': 'made-id' })
      expect(await sentOn(['X-Request-ID: a b'])).toMatchObject({ 'x-request-id': 'made-id' })
    })

    it('removes hop-by-hop fields and those named in Connection, but not the ones that guard something', async () => {
      const headers = await sentOn([
        'Connection: close, X-Gone, Host, Cookie, Authorization, X-Forwarded-For, X-Real-IP',
        'X-Gone: 1',
        'Cookie: a=1',
        'Authorization: Basic eA==',
        'Keep-Alive: timeout=5',
        'Proxy-Connection: keep-alive',
        'Proxy-Authorization: Basic eA==',
        'TE: gzip',
        'Trailer: X-T',
        'Upgrade: h2c',
        'HTTP2-Settings: AAA',
        'X-Kept: 1',
      ])
      expect(headers).toMatchObject({
        host: 'site.test',
        cookie: 'a=1',
        authorization: 'Basic eA==',
        'x-forwarded-for': '127.0.0.1',
        'x-kept': '1',
      })
      expect([undefined, 'keep-alive']).toContain(headers['connection'])
      for (const name of [
        'x-gone',
        'keep-alive',
        'proxy-connection',
        'proxy-authorization',
        'te',
        'trailer',
        'upgrade',
        'http2-settings',
      ]) {
        expect(headers).not.toHaveProperty(name)
      }
    })

    it('drops names with an underscore and Proxy, and joins Cookie fields', async () => {
      const headers = await sentOn([
        'X_Forwarded_For: 6.6.6.6',
        'Content_Length: 3',
        'Proxy: http://evil',
        'Cookie: a=1',
        'Cookie: b=2',
      ])
      expect(Object.keys(headers).filter(name => name.includes('_') || name === 'proxy')).toEqual([])
      expect(headers['cookie']).toBe('a=1; b=2')
    })

    it('keeps every field of an answer but the hop-by-hop ones, with repeats', async () => {
      const text = await answerWith([
        'Set-Cookie',
        'a=1',
        'Set-Cookie',
        'b=2',
        'X-Own',
        '1',
        'Connection',
        'X-Hop',
        'X-Hop',
        '1',
        'Keep-Alive',
        'timeout=3',
        'Proxy-Authenticate',
        'Basic',
        'Upgrade',
        'h2c',
        'Content-Length',
        '2',
      ])
      expect(text).toContain('Set-Cookie: a=1\r\nSet-Cookie: b=2\r\nX-Own: 1\r\n')
      expect(text).toContain('\r\nConnection: keep-alive\r\n')
      expect(text).not.toMatch(/x-hop|timeout=3|proxy-authenticate|upgrade/i)
    })
  })
}
