/** Sessions while endpoints come, terminate and go. */

import { describe, expect, it } from 'vitest'
import { eventually } from '../command/support/eventually.ts'
import { ingress } from '../command/support/manifests.ts'
import { endpointSlice, serviceOf, terminatingConditions } from '../support/kubernetes-objects.ts'
import { balancedSite, everySetup, type BalancedSite } from './support/balanced-site.ts'
import { cookieOf } from './support/session-cookie.ts'

const names = ['a', 'b', 'c']
const modes = ['persistent', 'balanced']

/** The Services of both modes, with some endpoints left out and one terminating. */
const services = (
  ports: (...names: readonly string[]) => readonly number[],
  { present, terminating }: { readonly present: readonly string[]; readonly terminating?: string },
): readonly object[] =>
  modes.flatMap(mode => [
    serviceOf(mode),
    ...present.map(name =>
      endpointSlice({
        service: mode,
        ports: { http: ports(name)[0] ?? 0 },
        ...(name === terminating ? { conditions: terminatingConditions } : {}),
      }),
    ),
  ])

const ingresses = modes.map(mode =>
  ingress({
    name: mode,
    host: `${mode}.test`,
    paths: [{ service: mode }],
    annotations: {
      'nginx.ingress.kubernetes.io/affinity': 'cookie',
      'nginx.ingress.kubernetes.io/affinity-mode': mode,
    },
  }),
)

interface Client {
  readonly cookie: string
  readonly name: string
}

const begin = async (site: BalancedSite, mode: string): Promise<Client> => {
  const { headers } = await site.send({ host: `${mode}.test` })
  return { cookie: cookieOf(headers), name: String(headers['x-backend']) }
}

/** A client on each of the endpoints. */
const clientsOn = async (site: BalancedSite, mode: string): Promise<readonly Client[]> => {
  const clients = new Map<string, Client>()
  // That a hash or turns leave one of three endpoints out of 100 clients: less than once in 10^16.
  for (let count = 0; count < 100 && clients.size < names.length; count++) {
    const client = await begin(site, mode)
    clients.set(client.name, client)
  }
  return names.map(name => clients.get(name) ?? { cookie: `none on ${name}`, name })
}

describe.each(everySetup)('%s', (_setup, flags) => {
  const site = balancedSite({
    flags,
    backends: names,
    objects: ports => [...services(ports, { present: names }), ...ingresses],
  })
  const change = (present: readonly string[], terminating?: string): Promise<void> =>
    site.folder.write('site.yaml', [
      ...services(site.ports, { present, ...(terminating === undefined ? {} : { terminating }) }),
      ...ingresses,
    ])
  const next = (mode: string, { cookie }: Client): Promise<string | number> =>
    site.answeredBy({ host: `${mode}.test`, headers: { cookie } })
  const seesTerminating = async (mode: string): Promise<void> => {
    // Each thread learns of it by itself: fresh clients that avoid it many times in a row have met all of them.
    const tally = await site.tally(30, () => ({ host: `${mode}.test` }))
    expect(new Set(tally.keys())).toEqual(new Set(['b', 'c']))
  }

  it.each(modes)('%s: a terminating endpoint keeps its sessions and gets no new ones', async mode => {
    await change(names)
    await eventually(async () =>
      expect((await clientsOn(site, mode)).every(({ cookie }) => !cookie.includes(' '))).toBe(true),
    )
    const clients = await clientsOn(site, mode)
    await change(names, 'a')
    await eventually(() => seesTerminating(mode))
    for (const client of clients) {
      const tally = await site.tally(10, () => ({ host: `${mode}.test`, headers: { cookie: client.cookie } }))
      expect(tally).toEqual(new Map([[client.name, 10]]))
    }
  })

  it.each(modes)(
    '%s: a session whose endpoint is gone gets another one and stays there; the others stay',
    async mode => {
      await change(names)
      await eventually(async () =>
        expect((await clientsOn(site, mode)).every(({ cookie }) => !cookie.includes(' '))).toBe(true),
      )
      const [lost, ...kept] = await clientsOn(site, mode)
      await change(['b', 'c'])
      await eventually(() => seesTerminating(mode))
      for (const client of kept) expect(await next(mode, client)).toBe(client.name)
      const answer = await site.send({ host: `${mode}.test`, headers: { cookie: lost?.cookie ?? '' } })
      expect(['b', 'c']).toContain(answer.headers['x-backend'])
      const moved = {
        name: String(answer.headers['x-backend']),
        cookie: answer.headers['set-cookie'] === undefined ? (lost?.cookie ?? '') : cookieOf(answer.headers),
      }
      const tally = await site.tally(20, () => ({ host: `${mode}.test`, headers: { cookie: moved.cookie } }))
      expect(tally).toEqual(new Map([[moved.name, 20]]))
    },
  )

  it('persistent: nobody moves when an endpoint is added', async () => {
    await change(['b', 'c'])
    await eventually(() => seesTerminating('persistent'))
    const clients = await Promise.all(Array.from({ length: 10 }, () => begin(site, 'persistent')))
    await change(names)
    await eventually(async () => {
      const tally = await site.tally(60, () => ({ host: 'persistent.test' }))
      expect(new Set(tally.keys())).toEqual(new Set(names))
    })
    for (const client of clients) expect(await next('persistent', client)).toBe(client.name)
  })
})
