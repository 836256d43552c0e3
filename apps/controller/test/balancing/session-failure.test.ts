/** Sessions whose endpoint fails: `session-cookie-change-on-failure`. */

import { afterAll, describe, expect, it } from 'vitest'
import { ingress, service } from '../command/support/manifests.ts'
import { balancedSite, everySetup } from './support/balanced-site.ts'
import { scriptedBackend, type ScriptedBackend } from './support/scripted-backend.ts'
import { cookieOf } from './support/session-cookie.ts'

const names = ['a', 'b', 'c']
const revived: ScriptedBackend[] = []
afterAll(async () => {
  await Promise.all(revived.map(backend => backend.close()))
})

describe.each(everySetup)('%s', (_setup, flags) => {
  const site = balancedSite({
    flags,
    backends: names,
    objects: ports =>
      ['persistent', 'balanced'].flatMap(mode =>
        ['stay', 'move'].flatMap(name => [
          ...service(`${mode}-${name}`, ports()),
          ingress({
            name: `${mode}-${name}`,
            host: `${mode}-${name}.test`,
            paths: [{ service: `${mode}-${name}` }],
            annotations: {
              'nginx.ingress.kubernetes.io/affinity': 'cookie',
              'nginx.ingress.kubernetes.io/affinity-mode': mode,
              'nginx.ingress.kubernetes.io/session-cookie-change-on-failure': String(name === 'move'),
            },
          }),
        ]),
      ),
  })

  it('a client whose endpoint refuses connections is served by another, and moves for good only when told to', async () => {
    expect(await site.problems()).toEqual([])
    const hosts = ['persistent-stay.test', 'balanced-stay.test', 'persistent-move.test', 'balanced-move.test']
    const cookies = new Map<string, string>()
    for (const host of hosts) {
      // That 100 clients miss one of three endpoints: once in 10^17.
      for (let count = 0; count < 100 && !cookies.has(host); count++) {
        const { headers } = await site.send({ host })
        if (headers['x-backend'] === 'a') cookies.set(host, cookieOf(headers))
      }
    }
    const { port } = site.backend('a')
    await site.backend('a').close()
    const after = new Map<string, string>()
    for (const host of hosts) {
      const { status, headers } = await site.send({ host, headers: { cookie: cookies.get(host) ?? '' } })
      expect([host, status, ['b', 'c'].includes(String(headers['x-backend']))]).toEqual([host, 200, true])
      expect([host, headers['set-cookie'] !== undefined]).toEqual([host, host.includes('-move')])
      if (host.includes('-move')) {
        cookies.set(host, cookieOf(headers))
        after.set(host, String(headers['x-backend']))
      }
    }
    revived.push(await scriptedBackend('a', port))
    for (const host of hosts)
      for (let count = 0; count < 10; count++) {
        const answered = await site.answeredBy({ host, headers: { cookie: cookies.get(host) ?? '' } })
        expect([host, answered]).toEqual([host, after.get(host) ?? 'a'])
      }
  })
})
