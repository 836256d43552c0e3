import { afterEach, describe, expect, it } from 'vitest'
import { echoBackend, type EchoBackend } from './echo-backend.ts'

describe('echoBackend', () => {
  const open: EchoBackend[] = []
  afterEach(async () => {
    await Promise.all(open.splice(0).map(backend => backend.close()))
  })
  const start = async (options: Parameters<typeof echoBackend>[0]): Promise<EchoBackend> => {
    const backend = await echoBackend(options)
    open.push(backend)
    return backend
  }

  it('answers with what it got and remembers it', async () => {
    const backend = await start({ name: 'a' })
    const answer = await fetch(`http://127.0.0.1:${backend.port}/x?y`, { method: 'POST', body: 'hello' })
    expect(answer.headers.get('x-backend')).toBe('a')
    expect(await answer.json()).toMatchObject({ name: 'a', method: 'POST', url: '/x?y', body: 'hello' })
    expect(backend.requests).toHaveLength(1)
    expect(backend.connectionCount()).toBe(1)
  })

  it('lets a handler answer instead', async () => {
    const backend = await start({
      name: 'a',
      handle: (_request, response) => {
        response.writeHead(418).end()
        return true
      },
    })
    expect((await fetch(`http://127.0.0.1:${backend.port}/`)).status).toBe(418)
    expect(backend.requests).toHaveLength(0)
  })

  it.each([5, 300])('echoes WebSocket messages of %d bytes', async size => {
    const backend = await start({ name: 'a' })
    const socket = new WebSocket(`ws://127.0.0.1:${backend.port}/`)
    const message = 'm'.repeat(size)
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    socket.addEventListener('open', () => socket.send(message))
    socket.addEventListener('error', () => reject(new Error('the WebSocket failed')))
    socket.addEventListener('message', event => resolve(event.data))
    expect(await promise).toBe(message)
    socket.close()
  })

  it('cuts what is open when it is closed', async () => {
    const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>()
    const backend = await start({
      name: 'a',
      handle: () => {
        arrive()
        return true
      },
    })
    const answer = fetch(`http://127.0.0.1:${backend.port}/`)
    const outcome = answer.then(
      () => 'answered',
      () => 'cut',
    )
    await arrived
    await backend.close()
    expect(await outcome).toBe('cut')
  })
})
