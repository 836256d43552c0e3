import type { RawConnection } from '@ingresskit/testkit'
import { afterEach, describe, expect, it } from 'vitest'
import { switched, testTunnel, tunnelIdleMs, type TestTunnel } from '../test/support/tunnels.ts'
import { until } from '../test/support/until.ts'

/** More than the kernel takes for a peer that reads nothing. */
const large = 'x'.repeat(24_000_000)

/** The other end of this connection is closed; this end may still be open. */
const isLeft = ({ socket }: RawConnection): boolean => [socket.readableEnded, socket.destroyed].includes(true)

describe.each(['shared-buffer', 'data-events'] as const)('a Tunnel to a client that is read by %s', clientReads => {
  let present: TestTunnel | undefined
  const open = async (early: Parameters<typeof testTunnel>[1] = {}): Promise<TestTunnel> => {
    present = await testTunnel(clientReads, early)
    return present
  }
  afterEach(() => present?.close())

  it('carries octets both ways, and counts them', async () => {
    const { client, backend, tunnel } = await open()
    for (const word of ['one', 'GET / HTTP/1.1\r\n\r\n', '\0\xff']) {
      client.send(word)
      await backend.until(word)
      backend.send(`${word}!`)
      await client.until(`${word}!`)
    }
    expect(client.received()).toBe(`${switched}one!GET / HTTP/1.1\r\n\r\n!\0\xff!`)
    expect([tunnel.fromClient, tunnel.fromUpstream]).toEqual([23, 26])
  })

  it('hands over what came with the heads', async () => {
    const { client, backend } = await open({ clientEarly: 'early', backendEarly: 'bird' })
    expect(await client.until(`${switched}bird`)).toBe(`${switched}bird`)
    expect((await backend.until('early')).endsWith('\r\n\r\nearly')).toBe(true)
    client.send(' more')
    await backend.until('early more')
  })

  it('hands over much that came with the heads', async () => {
    const early = 'e'.repeat(100_000)
    const { client, backend } = await open({ clientEarly: early, backendEarly: early })
    await client.until(switched + early)
    await backend.until(early)
  })

  it('passes the FIN of the client on, and what the backend says afterwards', async () => {
    const { client, backend, closeCount } = await open()
    client.send('bye')
    client.end()
    await until(() => backend.socket.readableEnded)
    expect(backend.received().endsWith('bye')).toBe(true)
    backend.send('goodbye')
    backend.end()
    expect(await client.closed).toEqual({ received: `${switched}goodbye`, wasReset: false })
    await until(() => closeCount() > 0)
    expect(closeCount()).toBe(1)
  })

  it('passes the FIN of the backend on after everything before it', async () => {
    const { client, backend, closeCount } = await open()
    backend.send('bye')
    backend.end()
    await until(() => client.socket.readableEnded)
    expect(client.received()).toBe(`${switched}bye`)
    client.end()
    await backend.closed
    await until(() => closeCount() > 0)
    expect(closeCount()).toBe(1)
  })

  it('carries what the client says after the FIN of the backend', async () => {
    const { client, backend } = await open()
    backend.end()
    await until(() => client.socket.readableEnded)
    client.send('still here')
    client.end()
    expect((await backend.closed).received.endsWith('still here')).toBe(true)
  })

  it('loses nothing of what the backend said when the client sent FIN before', async () => {
    const { client, backend } = await open()
    client.end()
    await until(() => backend.socket.readableEnded)
    client.socket.pause()
    backend.send(large)
    backend.end()
    await until(() => client.socket.readableLength > 0)
    client.socket.resume()
    const { received, wasReset } = await client.closed
    expect([received.length, wasReset]).toEqual([switched.length + large.length, false])
  })

  it('loses nothing of what the backend said when the client sends FIN in the middle of it', async () => {
    const { client, backend } = await open()
    client.socket.pause()
    backend.send(large)
    backend.end()
    await until(() => client.socket.readableLength > 0)
    client.end()
    await until(() => backend.socket.readableEnded)
    client.socket.resume()
    expect((await client.closed).received.length).toBe(switched.length + large.length)
  })

  it('closes the backend when the client is reset, and reports it once', async () => {
    const { client, backend, closeCount } = await open()
    client.reset()
    await until(() => isLeft(backend))
    await until(() => closeCount() > 0)
    expect(closeCount()).toBe(1)
  })

  it('closes the client when the backend is reset, and reports it once', async () => {
    const { client, backend, closeCount } = await open()
    backend.reset()
    await until(() => isLeft(client))
    await until(() => closeCount() > 0)
    expect(closeCount()).toBe(1)
  })

  it('is cut on demand', async () => {
    const { client, backend, tunnel, closeCount } = await open()
    tunnel.cut()
    await until(() => isLeft(client))
    await until(() => isLeft(backend))
    await until(() => closeCount() > 0)
    expect(closeCount()).toBe(1)
    tunnel.cut()
    expect(closeCount()).toBe(1)
  })

  it('is closed when nothing passed for its time, counted from the last octets of either side', async () => {
    const { client, backend, tunnel, closeCount, pass, passAlmost } = await open()
    passAlmost(tunnelIdleMs)
    client.send('a')
    await backend.until('\r\n\r\na')
    passAlmost(tunnelIdleMs)
    backend.send('b')
    await client.until(`${switched}b`)
    passAlmost(tunnelIdleMs)
    expect([tunnel.fromClient, tunnel.fromUpstream, closeCount()]).toEqual([1, 1, 0])
    pass(1)
    await until(() => isLeft(client))
    await until(() => isLeft(backend))
    await until(() => closeCount() > 0)
    expect(closeCount()).toBe(1)
  })

  it('stops a backend whose client does not read, and goes on afterwards', async () => {
    const { client, backend, tunnel } = await open()
    client.socket.pause()
    let isTaken = false
    backend.socket.write(large, 'latin1', () => {
      isTaken = true
    })
    client.send('still alive')
    await backend.until('still alive')
    expect(isTaken).toBe(false)
    client.socket.resume()
    await client.until(received => received.length === switched.length + large.length)
    expect(tunnel.fromUpstream).toBe(large.length)
  })

  it('stops a client whose backend does not read, and goes on afterwards', async () => {
    const { client, backend, tunnel } = await open()
    backend.socket.pause()
    let isTaken = false
    client.socket.write(large, 'latin1', () => {
      isTaken = true
    })
    backend.send('still alive')
    await client.until('still alive')
    expect(isTaken).toBe(false)
    backend.socket.resume()
    await until(() => tunnel.fromClient === large.length)
    await backend.until(received => received.length > large.length)
  })
})
