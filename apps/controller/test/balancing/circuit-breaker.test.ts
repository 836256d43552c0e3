/** `circuit-breaker`: requests beyond the limit are refused at once, for this Ingress alone. */

import { describe, expect, it } from 'vitest'
import { eventually } from '../command/support/eventually.ts'
import { ask } from '../command/support/http-client.ts'
import { ingress, service } from '../command/support/manifests.ts'
import { counterSum, parseMetrics } from '../command/support/prometheus-text.ts'
import { annotatedService, balancedSite, everySetup } from './support/balanced-site.ts'
import { holdAnywhere } from './support/hold-requests.ts'

const names = ['a', 'b']
const breaker = (name: string, target: string, value?: string): object =>
  ingress({
    name,
    host: `${name}.test`,
    paths: [{ service: target }],
    ...(value === undefined ? {} : { annotations: { 'ingresskit.dev/circuit-breaker': value } }),
  })

describe.each(everySetup)('%s', (_setup, flags) => {
  const site = balancedSite({
    flags,
    backends: names,
    objects: ports => [
      ...service('web', ports()),
      ...annotatedService('guarded', ports(), { 'ingresskit.dev/circuit-breaker': 'requests=2' }),
      breaker('limited', 'web', 'requests=4'),
      breaker('connections', 'web', 'connections=3'),
      breaker('free', 'web'),
      breaker('shut', 'web', 'requests=0'),
      breaker('inherits', 'guarded'),
      breaker('overrides', 'guarded', 'requests=3'),
      breaker('off', 'guarded', 'off'),
      breaker('bad', 'web', 'requests=plenty'),
    ],
  })
  const backends = (): ReturnType<typeof site.backend>[] => names.map(site.backend)
  const release = (): void => {
    for (const backend of backends()) {
      backend.react = () => 'echo'
      backend.release()
    }
  }
  const hold = (host: string, count: number): Promise<readonly Promise<{ readonly status: number }>[]> =>
    holdAnywhere(site, backends(), { count, sent: { host: `${host}.test` } })
  /** Requests that the proxy answered itself, by reason. */
  const ownAnswers = async (): Promise<ReadonlyMap<string, number>> => {
    const { samples } = parseMetrics((await ask(site.server.admin, '/metrics')).body)
    const own = samples.filter(({ name }) => name === 'ingresskit_proxy_answers_total')
    return new Map(own.map(({ labels, value }) => [labels['reason'] ?? '', value]))
  }

  it.each([
    ['limited', 4],
    ['connections', 3],
    ['inherits', 2],
    ['overrides', 3],
  ])('refuses what is beyond the limit over all threads, and recovers: %s, %i', async (host, limit) => {
    const held = await hold(host, limit)
    const before = names.map(name => site.backend(name).arrived.length)
    // 30 connections reach only one of two threads once in 2^29 runs.
    const refused = await site.tally(30, () => ({ host: `${host}.test` }))
    expect(refused).toEqual(new Map([[503, 30]]))
    expect(names.map(name => site.backend(name).arrived.length)).toEqual(before)
    release()
    expect((await Promise.all(held)).map(({ status }) => status)).toEqual(held.map(() => 200))
    await eventually(async () => {
      const after = await site.tally(10, () => ({ host: `${host}.test` }))
      expect(after.get(503) ?? 0).toBeLessThan(10)
    })
    // One at a time is never beyond the limit.
    for (let count = 0; count < 10; count++) expect(names).toContain(await site.answeredBy({ host: `${host}.test` }))
  })

  it('leaves alone another Ingress on the same Service, and one that says off', async () => {
    const held = await hold('limited', 4)
    const free = await hold('free', 6)
    const off = await hold('off', 6)
    expect(await site.answeredBy({ host: 'limited.test' })).toBe(503)
    release()
    for (const answer of [...held, ...free, ...off]) expect((await answer).status).toBe(200)
  })

  it('a limit of 0 refuses everything', async () => {
    expect(await site.tally(10, () => ({ host: 'shut.test' }))).toEqual(new Map([[503, 10]]))
  })

  it('shows an open breaker in the metrics and the API, and counts what it refused by a reason', async () => {
    const open = (limit: string): Promise<number> =>
      site.metric('ingresskit_circuit_breaker_open', { service: 'guarded', limit })
    const states = async (): Promise<readonly unknown[]> =>
      (await site.endpoints('guarded')).map(({ circuitBreaker }) => circuitBreaker)
    expect(await open('requests')).toBe(0)
    expect(await states()).toEqual(['closed', 'closed'])
    const before = await ownAnswers()
    const held = await hold('inherits', 2)
    expect(await site.answeredBy({ host: 'inherits.test' })).toBe(503)
    await eventually(async () => {
      expect(await open('requests')).toBeGreaterThan(0)
      expect(await open('connections')).toBe(0)
      for (const state of await states()) expect(state).not.toBe('closed')
      const grown = [...(await ownAnswers())].map(([reason, value]) => value - (before.get(reason) ?? 0))
      expect(grown.filter(growth => growth !== 0)).toEqual([1])
    })
    release()
    await Promise.all(held)
    await eventually(async () => {
      expect(await open('requests')).toBe(0)
      expect(await states()).toEqual(['closed', 'closed'])
    })
  })

  it('answers a refused request with a page that says nothing of the inside, and a request ID', async () => {
    const { status, headers, body } = await site.send({ host: 'shut.test' })
    expect(status).toBe(503)
    expect(headers['x-request-id']).toMatch(/./)
    expect(body).not.toMatch(/127\.0\.0\.1|web|circuit/i)
  })

  it('answers 503 for the paths of an Ingress whose limit cannot be read, and for no other', async () => {
    expect(await site.tally(5, () => ({ host: 'bad.test' }))).toEqual(new Map([[503, 5]]))
    expect(names).toContain(await site.answeredBy({ host: 'free.test' }))
    const [problem, ...more] = await site.problems()
    expect(more).toEqual([])
    expect(problem).toMatchObject({
      kind: 'Ingress',
      namespace: 'default',
      name: 'bad',
      field: "metadata.annotations['ingresskit.dev/circuit-breaker']",
    })
  })

  it('counts in flight of the endpoints what is held, whatever was refused', async () => {
    const inFlight = (): Promise<number> =>
      site.metric('ingresskit_endpoint_requests_in_flight', { service: 'guarded' })
    const held = await hold('inherits', 2)
    await site.tally(10, () => ({ host: 'inherits.test' }))
    expect(await inFlight()).toBe(2)
    expect((await site.endpoints('guarded')).reduce((sum, endpoint) => sum + endpoint.inFlight, 0)).toBe(2)
    release()
    await Promise.all(held)
    await eventually(async () => expect(await inFlight()).toBe(0))
    expect(counterSum(parseMetrics((await ask(site.server.admin, '/metrics')).body), /_in_flight$/, {})).toBe(0)
  })
})
