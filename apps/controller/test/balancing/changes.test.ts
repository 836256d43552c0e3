/** What is known about endpoints outlives changes of the configuration. */

import { describe, expect, it } from 'vitest'
import { eventually } from '../command/support/eventually.ts'
import { ingress, service } from '../command/support/manifests.ts'
import { balancedSite, twoWorkers } from './support/balanced-site.ts'
import { holdAnywhere, holdOn } from './support/hold-requests.ts'

const names = ['a', 'b', 'late']
const own = (settings: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(settings).map(([key, value]) => [`ingresskit.dev/${key}`, value]))

describe.each([twoWorkers])('%s', (_setup, flags) => {
  const objects = (
    ports: readonly number[],
    { requests = '2', strategy = 'least-conn' }: { readonly requests?: string; readonly strategy?: string } = {},
  ): readonly object[] =>
    Object.entries({
      broken: own({ 'circuit-breaker': `requests=${requests}` }),
      busy: own({ 'load-balance': strategy }),
      ejecting: own({ 'outlier-detection': 'consecutive-5xx=2, base-ejection=1h' }),
    }).flatMap(([name, annotations]) => [
      ...service(name, ports),
      ingress({ name, host: `${name}.test`, paths: [{ service: name }], annotations }),
    ])
  const site = balancedSite({ flags, backends: names, objects: ports => objects(ports('a', 'b')) })
  let marks = 0
  /** Writes the objects with an Ingress of a new host, and waits until every thread has it: 30 connections reach all. */
  const change = async (next: readonly object[]): Promise<void> => {
    const mark = `mark-${(marks += 1)}`
    await site.folder.write('site.yaml', [
      ...next,
      ingress({ name: mark, host: `${mark}.test`, paths: [{ service: 'busy' }] }),
    ])
    await eventually(async () => {
      const tally = await site.tally(30, () => ({ host: `${mark}.test`, path: '/mark' }))
      expect(tally.has(404)).toBe(false)
    })
  }
  const release = (): void => {
    for (const name of names) {
      site.backend(name).react = () => 'echo'
      site.backend(name).release()
    }
  }
  const onlyMarksEcho = (): void => {
    for (const name of names) site.backend(name).react = request => (request.url === '/mark' ? 'echo' : 'hold')
  }

  it('a circuit breaker counts requests that began before endpoints or its limit changed', async () => {
    await change(objects(site.ports('a', 'b')))
    const sent = { host: 'broken.test' }
    const held = await holdAnywhere(site, names.map(site.backend), { count: 2, sent })
    onlyMarksEcho()
    await change(objects(site.ports()))
    expect(await site.tally(20, () => sent)).toEqual(new Map([[503, 20]]))
    await change(objects(site.ports(), { requests: '3' }))
    const more = await holdAnywhere(site, names.map(site.backend), { count: 1, sent })
    expect(await site.tally(20, () => sent)).toEqual(new Map([[503, 20]]))
    onlyMarksEcho()
    await change(objects(site.ports(), { requests: '1' }))
    expect(await site.tally(20, () => sent)).toEqual(new Map([[503, 20]]))
    release()
    for (const answer of [...held, ...more]) expect((await answer).status).toBe(200)
    for (let count = 0; count < 10; count++) expect((await site.send(sent)).status).toBe(200)
  })

  it('least-conn goes on avoiding an endpoint that was busy before another one joined', async () => {
    await change(objects(site.ports('a', 'b')))
    const sent = { host: 'busy.test' }
    const held = await holdOn(site, site.backend('a'), { count: 1, sent })
    site.backend('a').react = request => (request.url === '/mark' ? 'echo' : 'hold')
    await change(objects(site.ports()))
    const answered = new Set<string | number>()
    for (let count = 0; count < 20; count++) answered.add(await site.answeredBy(sent))
    expect(answered).toEqual(new Set(['b', 'late']))
    expect(await site.metric('ingresskit_endpoint_requests_in_flight', { service: 'busy' })).toBe(1)
    await change(objects(site.ports('b', 'late')))
    release()
    for (const answer of held) expect((await answer).status).toBe(200)
    await change(objects(site.ports()))
    await eventually(async () =>
      expect(await site.metric('ingresskit_endpoint_requests_in_flight', { service: 'busy' })).toBe(0),
    )
  })

  it('an ejected endpoint stays ejected when another one joins', async () => {
    await change(objects(site.ports('a', 'b')))
    const sent = { host: 'ejecting.test' }
    site.backend('a').react = () => 500
    // Every thread ejects it by itself, after two errors.
    await eventually(async () => expect((await site.tally(30, () => sent)).get(500) ?? 0).toBe(0))
    release()
    await change(objects(site.ports()))
    expect(new Set((await site.tally(40, () => sent)).keys())).toEqual(new Set(['b', 'late']))
  })
})
