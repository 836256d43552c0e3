import { certificateAuthority } from '@ingresskit/testkit'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer, type Server, type TLSSocket } from 'node:tls'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PooledRequest, testPool } from '../test/support/pooled-requests.ts'
import type { UpstreamTarget } from './upstream-host.ts'

const authority = certificateAuthority()
const certificate = authority.issue({ names: ['backend.test'] })
const large = 'x'.repeat(2_000_000)

let server: Server
let serverNames: (string | false | null)[] = []

beforeEach(async () => {
  serverNames = []
  server = createServer({ cert: certificate.certificatePem, key: certificate.privateKeyPem }, (socket: TLSSocket) => {
    serverNames.push(socket.servername)
    socket.on('error', () => {})
    socket.on('data', chunk => {
      const body = chunk.toString().startsWith('GET /large') ? large : 'secret'
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`)
    })
  })
  server.on('tlsClientError', () => {})
  server.listen({ port: 0, host: '127.0.0.1' })
  await once(server, 'listening')
})

afterEach(() => {
  server.close()
})

const targetWith = (tls: UpstreamTarget['tls']): UpstreamTarget => ({
  key: 'a',
  address: '127.0.0.1',
  port: (server.address() as AddressInfo).port,
  ...(tls === undefined ? {} : { tls }),
})

describe('an upstream connection over TLS', () => {
  it('is verified for the name of the server, and used again', async () => {
    const { pool, request } = testPool()
    const target = targetWith({ ca: authority.certificatePem, servername: 'backend.test' })
    for (const wasReused of [false, true]) {
      const one = request(target)
      await one.told('ended')
      expect([one.body, one.wasReused]).toEqual(['secret', wasReused])
    }
    expect(serverNames).toEqual(['backend.test'])
    pool.close()
  })

  it('carries long bodies whole', async () => {
    const { pool, request } = testPool()
    const target = targetWith({ ca: authority.certificatePem, servername: 'backend.test' })
    const one = request(target, new PooledRequest({ path: '/large' }))
    await one.told('ended')
    expect(one.bodyBytes).toBe(large.length)
    pool.close()
  })

  it.each([
    ['of an unknown authority', { ca: certificateAuthority().certificatePem, servername: 'backend.test' }],
    ['that the system does not know', { servername: 'backend.test' }],
    ['for another name', { ca: authority.certificatePem, servername: 'other.test' }],
  ])('fails with a certificate %s, and sends nothing', async (_, tls) => {
    const { pool, request } = testPool()
    let isAsked = false
    server.on('secureConnection', socket => socket.on('data', () => (isAsked = true)))
    const one = request(targetWith(tls))
    await one.told('failed connect-failed')
    expect([one.events, isAsked, pool.openCount]).toEqual([['failed connect-failed'], false, 0])
  })

  it('takes any certificate when told to', async () => {
    const { pool, request } = testPool()
    const one = request(targetWith({ rejectUnauthorized: false, servername: 'whatever.test' }))
    await one.told('ended')
    expect(one.body).toBe('secret')
    pool.close()
  })

  it('fails with a backend that speaks no TLS', async () => {
    const { request } = testPool()
    const { createServer: createPlain } = await import('node:net')
    const plain = createPlain(socket => {
      socket.on('error', () => {})
      socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')
    })
    plain.listen({ port: 0, host: '127.0.0.1' })
    await once(plain, 'listening')
    const one = request({ ...targetWith({ servername: 'a.test' }), port: (plain.address() as AddressInfo).port })
    await one.told('failed connect-failed')
    expect(one.events).toEqual(['failed connect-failed'])
    plain.close()
  })
})
