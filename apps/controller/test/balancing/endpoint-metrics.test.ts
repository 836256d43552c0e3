/** What `/api/v1/endpoints` and `/metrics` say about each endpoint. */

import { describe, expect, it } from 'vitest'
import { eventually } from '../command/support/eventually.ts'
import { ask } from '../command/support/http-client.ts'
import { ingress, service } from '../command/support/manifests.ts'
import { parseMetrics } from '../command/support/prometheus-text.ts'
import { balancedSite, everySetup, type EndpointView } from './support/balanced-site.ts'
import { holdAnywhere } from './support/hold-requests.ts'

const names = ['a', 'b']

describe.each(everySetup)('%s', (_setup, flags) => {
  const site = balancedSite({
    flags,
    backends: [...names, 'leaving'],
    objects: ports => [
      ...service('web', ports(...names)),
      ...service('gone', ports('leaving')),
      ingress({ name: 'web', host: 'web.test', paths: [{ service: 'web' }] }),
      ingress({ name: 'gone', host: 'gone.test', paths: [{ service: 'gone' }] }),
    ],
  })
  const addressOf = (name: string): string => `127.0.0.1:${site.backend(name).port}`
  const view = async (name: string): Promise<EndpointView> => {
    const found = (await site.endpoints('web')).find(({ address }) => address === addressOf(name))
    if (found === undefined) throw new Error(`${name} is not shown`)
    return found
  }
  const metric = (name: string, endpoint: string): Promise<number> =>
    site.metric(`ingresskit_endpoint_${name}`, { namespace: 'default', service: 'web', endpoint: addressOf(endpoint) })

  it('before any request everything is zero and there is no latency', async () => {
    for (const name of names)
      expect(await view(name)).toMatchObject({
        service: 'default/web',
        port: 80,
        pod: expect.stringMatching(/web-pod-\d/) as string,
        usable: true,
        ready: true,
        serving: true,
        terminating: false,
        inFlight: 0,
        picks: 0,
        failures: 0,
        meanLatencyMs: null,
        ejectedUntil: null,
      })
  })

  it('counts picks, answers and latency of each endpoint, alike in both places', async () => {
    const before = await Promise.all(names.map(name => metric('picks_total', name)))
    const tally = await site.tally(40, () => ({ host: 'web.test' }))
    await eventually(async () => {
      for (const [index, name] of names.entries()) {
        const picks = (before[index] ?? 0) + (tally.get(name) ?? 0)
        expect(await metric('picks_total', name)).toBe(picks)
        expect((await view(name)).picks).toBe(picks)
        expect(await metric('answers_total', name)).toBe(picks)
        const seconds = await metric('latency_seconds_total', name)
        expect(seconds).toBeGreaterThan(0)
        expect((await view(name)).meanLatencyMs).toBeCloseTo((seconds / picks) * 1000, 1)
      }
    })
  })

  it('counts what is in flight, and nothing when it is over', async () => {
    const held = await holdAnywhere(site, names.map(site.backend), { count: 6, sent: { host: 'web.test' } })
    for (const name of names) {
      const count = site.backend(name).heldCount()
      expect([await metric('requests_in_flight', name), (await view(name)).inFlight]).toEqual([count, count])
    }
    for (const name of names) site.backend(name).release()
    await Promise.all(held)
    await eventually(async () => {
      for (const name of names)
        expect([await metric('requests_in_flight', name), (await view(name)).inFlight]).toEqual([0, 0])
    })
  })

  it('counts an attempt that failed on the endpoint where it failed', async () => {
    site.backend('a').react = () => 'cut'
    const before = await Promise.all(names.map(name => metric('failures_total', name)))
    const cutBefore = site.backend('a').arrived.length
    await site.tally(20, () => ({ host: 'web.test' }))
    const cut = site.backend('a').arrived.length - cutBefore
    expect(cut).toBeGreaterThan(0)
    await eventually(async () => {
      expect(await metric('failures_total', 'a')).toBe((before[0] ?? 0) + cut)
      expect(await metric('failures_total', 'b')).toBe(before[1] ?? 0)
      expect((await view('a')).failures).toBe((before[0] ?? 0) + cut)
    })
  })

  it('metrics stay valid Prometheus text with all of this in them', async () => {
    const { problems } = parseMetrics((await ask(site.server.admin, '/metrics')).body)
    expect(problems).toEqual([])
  })

  it('shows an endpoint that left its Service once more at most', async () => {
    const text = async (): Promise<string> => (await ask(site.server.admin, '/metrics')).body
    await site.tally(4, () => ({ host: 'gone.test' }))
    expect(await text()).toContain(addressOf('leaving'))
    await site.folder.write('site.yaml', [
      ...service('web', site.ports(...names)),
      ingress({ name: 'web', host: 'web.test', paths: [{ service: 'web' }] }),
    ])
    await eventually(async () => expect(await site.endpoints('gone')).toEqual([]))
    await text()
    expect(await text()).not.toContain(addressOf('leaving'))
  })
})
