/** `retry`: which failures are tried again, where, and how often. */

import { describe, expect, it } from 'vitest'
import { ingress, service } from '../command/support/manifests.ts'
import { annotatedService, balancedSite, dataPlanes } from './support/balanced-site.ts'

const names = ['a', 'b', 'c', 'd']
const site = (name: string, value?: string, target = 'web'): object =>
  ingress({
    name,
    host: `${name}.test`,
    paths: [{ service: target }],
    ...(value === undefined ? {} : { annotations: { 'ingresskit.dev/retry': value } }),
  })

describe.each(dataPlanes)('%s', (_setup, flags) => {
  const running = balancedSite({
    flags,
    backends: names,
    objects: ports => [
      ...service('web', ports()),
      ...annotatedService('retrying', ports(), { 'ingresskit.dev/retry': 'on=503' }),
      site('plain'),
      site('status', 'on=503+429, attempts=4'),
      site('four', 'attempts=4'),
      site('two', 'on=503, attempts=2'),
      site('all', 'on=503, attempts=4, methods=all'),
      site('off', 'off', 'retrying'),
      site('inherits', undefined, 'retrying'),
      site('within', 'on=503, attempts=4, within=1ms'),
    ],
  })
  const failAll = (status = 503): void => {
    for (const name of names) running.backend(name).react = () => status
  }
  /** How often each backend got the path. */
  const got = (path: string): readonly number[] =>
    names.map(name => running.backend(name).arrived.filter(url => url === path).length)
  const attempts = async (host: string, path: string, method = 'GET'): Promise<readonly [number, number]> => {
    const { status } = await running.send({ host: `${host}.test`, path, method })
    const counts = got(path)
    expect(Math.max(...counts), `${path} came twice to one endpoint`).toBeLessThanOrEqual(1)
    return [status, counts.reduce((sum, count) => sum + count, 0)]
  }

  it('tries a listed status on every endpoint, on none twice, and passes on the last answer', async () => {
    expect(await running.problems()).toEqual([])
    failAll()
    expect(await attempts('status', '/all-503')).toEqual([503, 4])
    failAll(429)
    expect(await attempts('status', '/all-429')).toEqual([429, 4])
  })

  it('answers with the first endpoint that is well', async () => {
    failAll()
    running.backend('c').react = () => 'echo'
    for (let sent = 0; sent < 12; sent++) expect((await attempts('status', `/well-${sent}`))[0]).toBe(200)
  })

  it('does not try again for a status that is not listed, nor for any by default', async () => {
    failAll(500)
    expect(await attempts('status', '/unlisted')).toEqual([500, 1])
    failAll(503)
    expect(await attempts('plain', '/default')).toEqual([503, 1])
  })

  it('honours the number of attempts, 3 by default', async () => {
    failAll()
    expect(await attempts('two', '/two')).toEqual([503, 2])
    expect(await attempts('inherits', '/three')).toEqual([503, 3])
  })

  it('off means one attempt, even if the Service asks for more', async () => {
    failAll()
    expect(await attempts('off', '/off')).toEqual([503, 1])
    for (const name of names) running.backend(name).react = () => 'cut'
    expect((await attempts('off', '/off-cut'))[1]).toBe(1)
  })

  it('repeats POST and PATCH only with methods=all, and PUT and DELETE as GET', async () => {
    failAll()
    for (const method of ['POST', 'PATCH']) {
      expect([method, await attempts('status', `/${method}`, method)]).toEqual([method, [503, 1]])
      expect([method, await attempts('all', `/all-${method}`, method)]).toEqual([method, [503, 4]])
    }
    for (const method of ['PUT', 'DELETE'])
      expect([method, await attempts('status', `/${method}`, method)]).toEqual([method, [503, 4]])
  })

  it('goes on to other endpoints while connections are cut, up to the number of attempts', async () => {
    for (const name of ['a', 'b', 'c']) running.backend(name).react = () => 'cut'
    for (let sent = 0; sent < 8; sent++) {
      const path = `/cut-${sent}`
      expect((await running.send({ host: 'four.test', path })).status).toBe(200)
      // A kept connection that was cut is made good by a new one to the same endpoint.
      expect(Math.max(...got(path))).toBeLessThanOrEqual(2)
    }
  })

  it('repeats no POST whose connection is cut', async () => {
    for (const name of names) running.backend(name).react = () => 'cut'
    for (let sent = 0; sent < 8; sent++) expect(await attempts('four', `/post-${sent}`, 'POST')).toEqual([502, 1])
  })

  it('counts attempts after the first in the metrics', async () => {
    const retries = (): Promise<number> => running.metric('ingresskit_upstream_retries_total', {})
    const before = await retries()
    failAll()
    await attempts('status', '/counted')
    expect(await retries()).toBe(before + 3)
  })

  it('begins no attempt after the time that is allowed', async () => {
    for (const name of names)
      running.backend(name).react = () => {
        // Longer than the millisecond that is allowed, however coarse the clock.
        const until = performance.now() + 20
        while (performance.now() < until);
        return 503
      }
    expect(await attempts('within', '/late')).toEqual([503, 1])
  })
})
