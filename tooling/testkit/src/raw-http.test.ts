import { describe, expect, it } from 'vitest'
import { rawBackend, rawClient } from './raw-http.ts'

describe('rawBackend and rawClient', () => {
  it('exchange exact bytes', async () => {
    const backend = await rawBackend(connection => {
      void connection.until('ping').then(() => connection.send('p\xffng\0'))
    })
    const client = await rawClient(backend.port)
    client.send('ping')
    expect(await client.until('\0')).toBe('p\xffng\0')
    expect((await backend.connection(0)).received()).toBe('ping')
    client.end()
    await backend.close()
  })

  it('tell an orderly end from a reset', async () => {
    const backend = await rawBackend((connection, index) => {
      if (index === 0) connection.end()
      else void connection.until('now').then(() => connection.reset())
    })
    expect(await (await rawClient(backend.port)).closed).toEqual({ received: '', wasReset: false })
    const second = await rawClient(backend.port)
    second.send('now')
    expect((await second.closed).wasReset).toBe(true)
    await backend.close()
  })

  it('fail a wait whose connection closes first, with what was received', async () => {
    const backend = await rawBackend(connection => {
      connection.send('half')
      connection.end()
    })
    const client = await rawClient(backend.port)
    await expect(client.until('whole')).rejects.toThrow(/"half".*whole/)
    await backend.close()
  })

  it('hand out connections that come later', async () => {
    const backend = await rawBackend(() => {})
    const second = backend.connection(1)
    await rawClient(backend.port)
    const client = await rawClient(backend.port)
    client.send('I am second')
    await (await second).until('second')
    expect(backend.connections).toHaveLength(2)
    await backend.close()
  })
})
