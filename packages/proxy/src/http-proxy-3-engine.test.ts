import { Agent } from 'node:http'
import { Socket } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { httpProxy3Engine, type EngineEvents, type EngineRequest } from './http-proxy-3-engine.ts'
import { RequestBody } from './request-body.ts'

const nothing = (): void => {}
const request = (agent: Agent, headers: Record<string, string>): EngineRequest => ({
  head: { method: 'GET', target: '/', headers: { Host: 'site.test', ...headers } },
  body: new RequestBody({
    maxReplayBytes: 0,
    idleTimeoutMs: 1000,
    onStart: nothing,
    onIdle: nothing,
    onMoved: nothing,
    onWaiting: nothing,
  }).forAttempt(),
  address: '127.0.0.1',
  port: 9,
  agent,
  connectTimeoutMs: 20,
})

const outcome = (engineRequest: EngineRequest): Promise<Parameters<EngineEvents['failed']>> =>
  new Promise((resolve, reject) => {
    const unexpected = (): void => reject(new Error('the attempt did not fail'))
    httpProxy3Engine().start(engineRequest, {
      connected: unexpected,
      interim: unexpected,
      answered: unexpected,
      upgraded: unexpected,
      failed: (error, facts) => resolve([error, facts]),
    })
  })

/** Hands out a socket that is for ever about to connect. */
class BlackHole extends Agent {
  readonly socket: Socket = Object.assign(new Socket(), { connecting: true })
  override createConnection(): Socket {
    return this.socket
  }
}

describe('httpProxy3Engine', () => {
  afterEach(() => {
    vi.unstubAllEnvs()
  })

  it('tells a connection that does not come about in time from other failures, and gives it up', async () => {
    const agent = new BlackHole({ keepAlive: true })
    const [, facts] = await outcome(request(agent, {}))
    expect(facts).toEqual({ isConnectTimeout: true })
    expect(agent.socket.destroyed).toBe(true)
  })

  it('turns what node:http throws on into a failed attempt', async () => {
    const [error, facts] = await outcome(request(new Agent(), { 'X-Bad': 'a\r\nb' }))
    expect(error).toMatchObject({ code: 'ERR_INVALID_CHAR' })
    expect(facts).toEqual({ isConnectTimeout: false })
  })

  it('refuses to start where http-proxy-3 was told to use fetch', () => {
    vi.stubEnv('FORCE_FETCH_PATH', 'true')
    expect(() => httpProxy3Engine()).toThrow(/FORCE_FETCH_PATH/)
  })
})
