import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { healthCheckDefaults, roundRobin } from '@ingresskit/load-balancing'
import { defaultBalancing } from '@ingresskit/ingress-translator'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ServiceUpstream } from '../balancing/service-upstream.ts'
import { HealthProber } from './health-prober.ts'
import { probeEndpoint, type ProbeResult } from './probe-endpoint.ts'

const settings = { ...healthCheckDefaults, intervalMs: 1000, healthyThreshold: 1, unhealthyThreshold: 2 }

function upstream(keys: readonly string[], healthCheck = settings): ServiceUpstream {
  const endpoints = keys.map(key => {
    const [address = '', port = '80'] = key.split(':')
    return { key, address, port: Number(port), conditions: { ready: true, serving: true, terminating: false } }
  })
  return {
    key: 'ns/web:80|policy',
    servicePort: 'ns/web:80',
    service: { namespace: 'ns', name: 'web' },
    port: 80,
    policy: { ...defaultBalancing, healthCheck },
    balancer: roundRobin(endpoints),
    healthKey: `ns/web:80|${JSON.stringify(healthCheck)}`,
  }
}

const mapOf = (one: ServiceUpstream): ReadonlyMap<string, ServiceUpstream> => new Map([[one.key, one]])

describe('the health prober', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  function prober(answers: Readonly<Record<string, ProbeResult>>) {
    const probed: string[] = []
    const changes: (readonly string[])[] = []
    const own = new HealthProber({
      probe: async ({ address }) => {
        probed.push(address)
        return answers[address] ?? 'passed'
      },
      random: () => 0.5,
      onChange: ({ unhealthy }) => void changes.push(unhealthy),
    })
    return { own, probed, changes }
  }

  it('asks every endpoint once in an interval and says when one became unhealthy, and healthy again', async () => {
    const answers: Record<string, ProbeResult> = { '10.0.0.2': 'failed' }
    const { own, probed, changes } = prober(answers)
    own.update(mapOf(upstream(['10.0.0.1:80', '10.0.0.2:80'])))
    await vi.advanceTimersByTimeAsync(600)
    expect(probed.toSorted()).toEqual(['10.0.0.1', '10.0.0.2'])
    expect(changes).toEqual([])
    await vi.advanceTimersByTimeAsync(1000)
    expect(changes).toEqual([['10.0.0.2:80']])
    answers['10.0.0.2'] = 'passed'
    await vi.advanceTimersByTimeAsync(1000)
    expect(changes).toEqual([['10.0.0.2:80'], []])
    own.close()
  })

  it('goes on where it was when the endpoints change, and forgets one that left', async () => {
    const { own, probed, changes } = prober({ '10.0.0.2': 'failed' })
    own.update(mapOf(upstream(['10.0.0.1:80', '10.0.0.2:80'])))
    await vi.advanceTimersByTimeAsync(1600)
    own.update(mapOf(upstream(['10.0.0.2:80', '10.0.0.3:80'])))
    expect(changes).toEqual([['10.0.0.2:80']])
    probed.length = 0
    await vi.advanceTimersByTimeAsync(1000)
    expect(probed.toSorted()).toEqual(['10.0.0.2', '10.0.0.3'])
    own.update(mapOf(upstream(['10.0.0.3:80'])))
    expect(changes).toEqual([['10.0.0.2:80'], []])
    own.close()
  })

  it('asks nobody any more when the upstream is gone or it was closed, and never a name', async () => {
    const { own, probed } = prober({})
    own.update(mapOf(upstream(['db.example:80', '10.0.0.1:80'])))
    await vi.advanceTimersByTimeAsync(600)
    expect(probed).toEqual(['10.0.0.1'])
    own.update(new Map())
    await vi.advanceTimersByTimeAsync(5000)
    expect(probed).toEqual(['10.0.0.1'])
    own.update(mapOf(upstream(['10.0.0.1:80'])))
    own.close()
    // A snapshot that was being built when everything stopped.
    own.update(mapOf(upstream(['10.0.0.1:80'])))
    await vi.advanceTimersByTimeAsync(5000)
    expect(probed).toEqual(['10.0.0.1'])
  })

  it('asks once for all policies that ask for the same, and goes on when one of them changes', async () => {
    const { own, probed, changes } = prober({ '10.0.0.1': 'failed' })
    const [one, other] = ['a', 'b'].map(policy => ({
      ...upstream(['10.0.0.1:80', '10.0.0.2:80']),
      key: `ns/web:80|${policy}`,
    }))
    if (one === undefined || other === undefined) throw new Error('there are two')
    own.update(new Map([one, other].map(each => [each.key, each])))
    await vi.advanceTimersByTimeAsync(600)
    expect(probed.toSorted()).toEqual(['10.0.0.1', '10.0.0.2'])
    await vi.advanceTimersByTimeAsync(1000)
    expect(changes).toEqual([['10.0.0.1:80']])
    own.update(mapOf({ ...one, key: 'ns/web:80|changed' }))
    expect(changes).toEqual([['10.0.0.1:80']])
    own.close()
  })

  it('listens to no probe that was under way when its upstream was removed', async () => {
    const answer = Promise.withResolvers<ProbeResult>()
    let probes = 0
    const changes: unknown[] = []
    const own = new HealthProber({
      probe: async () => {
        probes += 1
        return answer.promise
      },
      random: () => 0,
      onChange: change => void changes.push(change),
    })
    own.update(mapOf(upstream(['10.0.0.1:80'], { ...settings, unhealthyThreshold: 1 })))
    await vi.advanceTimersByTimeAsync(1)
    own.update(new Map())
    answer.resolve('failed')
    await vi.advanceTimersByTimeAsync(10_000)
    expect([probes, changes]).toEqual([1, []])
  })

  it('lets endpoints that never answer hold 32 probes at most, and others have theirs', async () => {
    const asked: string[] = []
    const own = new HealthProber({
      probe: async ({ address }) => {
        asked.push(address)
        return address.startsWith('10.') ? new Promise<ProbeResult>(() => {}) : 'passed'
      },
      random: () => 0,
      onChange: () => {},
    })
    const silent = upstream(Array.from({ length: 300 }, (_, index) => `10.0.${index >> 8}.${index & 255}:80`))
    const healthy = { ...upstream(['192.0.2.1:80']), key: 'ns/api:80|policy', healthKey: 'ns/api:80' }
    own.update(new Map([silent, healthy].map(each => [each.key, each])))
    await vi.advanceTimersByTimeAsync(5000)
    expect(asked.filter(address => address.startsWith('10.'))).toHaveLength(32)
    expect(asked.filter(address => address === '192.0.2.1').length).toBeGreaterThanOrEqual(4)
    own.close()
  })

  it('survives 20,000 endpoints that leave while they wait for their probe', async () => {
    const first = Promise.withResolvers<ProbeResult>()
    let probes = 0
    const own = new HealthProber({
      probe: async () => {
        probes += 1
        return first.promise
      },
      random: () => 0,
      onChange: () => {},
    })
    const keys = Array.from(
      { length: 20_000 },
      (_, index) => `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}:80`,
    )
    own.update(mapOf(upstream(keys)))
    await vi.advanceTimersByTimeAsync(1)
    own.update(mapOf(upstream(keys.slice(0, 1))))
    first.resolve('passed')
    await vi.advanceTimersByTimeAsync(1)
    expect(probes).toBe(32)
    own.close()
  })

  it('has at most 256 probes under way over all checks, and all endpoints are asked in the end', async () => {
    let running = 0
    let most = 0
    const waiting: (() => void)[] = []
    const own = new HealthProber({
      probe: async () => {
        running += 1
        most = Math.max(most, running)
        await new Promise<void>(resolve => void waiting.push(resolve))
        running -= 1
        return 'passed'
      },
      random: () => 0,
      onChange: () => {},
    })
    const checks = Array.from({ length: 20 }, (_, check) => ({
      ...upstream(Array.from({ length: 30 }, (_unused, index) => `10.0.${check}.${index}:80`)),
      key: `ns/${check}:80|policy`,
      healthKey: `ns/${check}:80`,
    }))
    own.update(new Map(checks.map(each => [each.key, each])))
    await vi.advanceTimersByTimeAsync(1)
    expect(running).toBe(256)
    for (let answered = 0; answered < 600; answered += 1) {
      waiting[answered]?.()
      await vi.advanceTimersByTimeAsync(0)
    }
    expect(waiting.length).toBeGreaterThanOrEqual(600)
    expect(most).toBe(256)
    own.close()
  })
})

describe('a probe', () => {
  const servers: Server[] = []
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections()
      server.close()
    }
  })

  async function backend(handle: Parameters<typeof createServer>[1]): Promise<number> {
    const server = createServer(handle ?? (() => {}))
    servers.push(server)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  }

  it.each([
    [200, 'passed'],
    [302, 'passed'],
    [404, 'failed'],
    [503, 'failed'],
  ] as const)('that is answered %d has %s by the default statuses', async (status, result) => {
    const port = await backend((_request, response) => response.writeHead(status, { location: '/elsewhere' }).end())
    expect(await probeEndpoint({ address: '127.0.0.1', port }, healthCheckDefaults)).toBe(result)
  })

  it('asks for the path, at the port and with the Host that it was given', async () => {
    const seen: string[] = []
    const port = await backend((request, response) => {
      seen.push(`${request.method} ${request.url} ${request.headers.host}`)
      response.end()
    })
    const own = { ...healthCheckDefaults, path: '/up?deep=1', host: 'shop.example', port }
    expect(await probeEndpoint({ address: '127.0.0.1', port: 1 }, own)).toBe('passed')
    expect(seen).toEqual(['GET /up?deep=1 shop.example'])
  })

  it('fails, and ends, when the endpoint switches protocols', async () => {
    const port = await backend(
      request =>
        void request.socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'),
    )
    expect(await probeEndpoint({ address: '127.0.0.1', port }, healthCheckDefaults)).toBe('failed')
  })

  it('fails when nobody listens, when no answer comes in time, and when it is no HTTP', async () => {
    const silent = await backend(() => {})
    const quick = { ...healthCheckDefaults, timeoutMs: 50 }
    expect(await probeEndpoint({ address: '127.0.0.1', port: silent }, quick)).toBe('failed')
    expect(await probeEndpoint({ address: '127.0.0.1', port: 1 }, healthCheckDefaults)).toBe('failed')
    const noise = await backend(request => void request.socket.end('nonsense\r\n\r\n'))
    expect(await probeEndpoint({ address: '127.0.0.1', port: noise }, healthCheckDefaults)).toBe('failed')
  })
})
