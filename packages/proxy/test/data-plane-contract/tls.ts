/** HTTPS listeners. */

import { createSecureContext, type SecureContext } from 'node:tls'
import { certificateAuthority, rawClient, type RawConnection, type TestCertificate } from '@ingresskit/testkit'
import { describe, expect, it } from 'vitest'
import type { TlsListenerOptions } from '../../src/index.ts'
import { fixture, forwardTo, get, portsInOrder, responses, type DataPlaneFactory, type OpenPlane } from './fixture.ts'

export function tlsContract(factory: DataPlaneFactory): void {
  describe('TLS', () => {
    const { open, echo } = fixture(factory)
    const authority = certificateAuthority()
    const fallback = authority.issue({ names: ['default.test'] })
    const ca = authority.certificatePem
    const contextOf = ({ certificatePem, privateKeyPem }: TestCertificate): SecureContext =>
      createSecureContext({ cert: certificatePem, key: privateKeyPem })

    const openTls = async (
      tls: Partial<TlsListenerOptions> & Pick<TlsListenerOptions, 'contextFor'>,
      route: Parameters<typeof open>[0]['route'],
      handshakeMs = 2000,
    ): Promise<OpenPlane> =>
      open({
        route,
        limits: { tlsHandshakeTimeoutMs: handshakeMs },
        listeners: [
          {
            name: 'https',
            host: '127.0.0.1',
            port: 0,
            tls: {
              contextFor: tls.contextFor,
              onDefaultChange: tls.onDefaultChange ?? (() => () => {}),
              get defaultIdentity() {
                return tls.defaultIdentity ?? fallback
              },
            },
          },
        ],
      })

    const ask = async (port: number, serverName: string): Promise<RawConnection> => {
      const connection = await rawClient(port, { tls: { serverName, ca } })
      connection.send(get('/'))
      await connection.until(responses(1))
      return connection
    }

    it('serves each server name its certificate and tells route and backend about TLS', async () => {
      const backend = await echo('a')
      const seen: unknown[] = []
      const { port } = await openTls({ contextFor: name => contextOf(authority.issue({ names: [name] })) }, head => {
        seen.push(head.scheme, head.tls?.serverName, head.tls?.protocol)
        return forwardTo(portsInOrder(backend.port))
      })
      const connection = await ask(port, 'site.test')
      connection.socket.destroy()
      expect(seen).toEqual(['https', 'site.test', 'TLSv1.3'])
      expect(backend.requests[0]?.headers).toMatchObject({ 'x-forwarded-proto': 'https', 'x-forwarded-port': '443' })
    })

    it('serves the default identity when contextFor throws, and goes on', async () => {
      const { port } = await openTls(
        {
          contextFor: () => {
            throw new Error('broken store')
          },
        },
        () => ({ kind: 'respond', status: 200, reason: 'ok' }),
      )
      ;(await ask(port, 'default.test')).socket.destroy()
      await expect(ask(port, 'other.test')).rejects.toThrow(/altnames|hostname/i)
    })

    it('follows a changed default identity, keeps the last good one, and cuts nobody', async () => {
      let identity: TestCertificate = authority.issue({ names: ['one.test'] })
      let announce = (): void => {}
      const { port } = await openTls(
        {
          contextFor: () => undefined as unknown as SecureContext,
          get defaultIdentity() {
            return identity
          },
          onDefaultChange: listener => {
            announce = listener
            return () => {}
          },
        },
        () => ({ kind: 'respond', status: 200, reason: 'ok' }),
      )
      const connection = await ask(port, 'one.test')
      identity = authority.issue({ names: ['two.test'] })
      announce()
      ;(await ask(port, 'two.test')).socket.destroy()
      identity = { certificatePem: 'not a certificate', privateKeyPem: 'not a key' }
      announce()
      ;(await ask(port, 'two.test')).socket.destroy()
      connection.send(get('/again'))
      await connection.until(responses(2))
      connection.socket.destroy()
    })

    it('speaks HTTP/1.1 only, and refuses a client that wants nothing else than h2', async () => {
      const { port } = await openTls({ contextFor: name => contextOf(authority.issue({ names: [name] })) }, () => ({
        kind: 'respond',
        status: 200,
        reason: 'ok',
      }))
      await expect(rawClient(port, { tls: { serverName: 'site.test', ca, alpn: ['h2'] } })).rejects.toThrow(/alert/i)
      ;(await ask(port, 'site.test')).socket.destroy()
    })

    it('closes connections that do not begin TLS, or begin it wrong', async () => {
      const { port, plane } = await openTls(
        { contextFor: name => contextOf(authority.issue({ names: [name] })) },
        () => ({ kind: 'respond', status: 200, reason: 'ok' }),
        50,
      )
      await (
        await rawClient(port)
      ).closed
      const plain = await rawClient(port)
      plain.send(get('/'))
      await plain.closed
      ;(await ask(port, 'site.test')).socket.destroy()
      expect(await plane.drain({ delayMs: 0, timeoutMs: 5000 })).toEqual({ cut: 0 })
    })

    it('drains: the answer says close, and the connection ends', async () => {
      const { port, plane } = await openTls(
        { contextFor: name => contextOf(authority.issue({ names: [name] })) },
        () => ({ kind: 'respond', status: 200, reason: 'ok' }),
      )
      const connection = await ask(port, 'site.test')
      const drained = plane.drain({ delayMs: 0, timeoutMs: 5000 })
      connection.send(get('/last'))
      const { received } = await connection.closed
      expect(received).toMatch(/Connection: close/)
      expect(await drained).toEqual({ cut: 0 })
    })
  })
}
