/** `affinity: cookie`: a client stays on its endpoint, and can choose none. */

import { describe, expect, it } from 'vitest'
import { ask } from '../command/support/http-client.ts'
import { ingress, service } from '../command/support/manifests.ts'
import { balancedSite, everySetup } from './support/balanced-site.ts'
import { cookieOf } from './support/session-cookie.ts'

const names = ['a', 'b', 'c', 'd']
const modes = ['persistent', 'balanced']
const site = (name: string, settings: Readonly<Record<string, string>>, target = 'web'): object =>
  ingress({
    name,
    host: `${name}.test`,
    paths: [{ service: target }],
    annotations: Object.fromEntries(
      Object.entries({ affinity: 'cookie', ...settings }).map(([key, value]) => [
        `nginx.ingress.kubernetes.io/${key}`,
        value,
      ]),
    ),
  })

describe.each(everySetup)('%s', (_setup, flags) => {
  const running = balancedSite({
    flags,
    backends: names,
    objects: ports => [
      ...service('web', ports()),
      ...service('twin', ports()),
      ...modes.flatMap(mode => [
        site(mode, { 'affinity-mode': mode }),
        site(`twin-${mode}`, { 'affinity-mode': mode }, 'twin'),
      ]),
      site('dressed', {
        'affinity-mode': 'persistent',
        'session-cookie-name': 'stay',
        'session-cookie-path': '/shop',
        'session-cookie-domain': 'dressed.test',
        'session-cookie-samesite': 'Lax',
        'session-cookie-max-age': '600',
        'session-cookie-expires': '600',
        'session-cookie-secure': 'true',
      }),
    ],
  })
  const begin = async (host: string): Promise<{ readonly cookie: string; readonly name: string | number }> => {
    const { headers } = await running.send({ host: `${host}.test` })
    return { cookie: cookieOf(headers), name: String(headers['x-backend']) }
  }
  const follow = (host: string, cookie: string): Promise<ReadonlyMap<string | number, number>> =>
    running.tally(30, () => ({ host: `${host}.test`, headers: { cookie: `x=y; ${cookie}; z=1` } }))

  it.each(modes)('%s: a client stays, on any connection, and gets no second cookie', async mode => {
    expect(await running.problems()).toEqual([])
    const clients = await Promise.all(Array.from({ length: 12 }, () => begin(mode)))
    for (const { cookie, name } of clients) expect(await follow(mode, cookie)).toEqual(new Map([[name, 30]]))
    // That chance or turns give all of twelve clients the same of four endpoints: once in four million.
    expect(new Set(clients.map(({ name }) => name)).size).toBeGreaterThan(1)
    const [first] = clients
    const again = await running.send({ host: `${mode}.test`, headers: { cookie: first?.cookie ?? '' } })
    expect(again.headers['set-cookie']).toBeUndefined()
  })

  it.each(modes)('%s: an altered or invented cookie is replaced by a new one', async mode => {
    const { cookie } = await begin(mode)
    const [name = '', value = ''] = cookie.split(/=(.*)/s)
    // The signed part comes first; what follows a tilde only says whose cookie it is.
    const [signed = '', ...tail] = value.split('~')
    const first = signed.startsWith('A') ? 'B' : 'A'
    const forged = [
      ...[first + signed.slice(1), signed.slice(1), `${signed}x`, signed.slice(0, -3), first].map(head =>
        [head, ...tail].join('~'),
      ),
      '127.0.0.1:80',
      '',
      'a.b.c',
      '~~',
      'x'.repeat(3_000),
    ]
    for (const text of forged) {
      const { status, headers } = await running.send({ host: `${mode}.test`, headers: { cookie: `${name}=${text}` } })
      expect([text.slice(0, 80), status]).toEqual([text.slice(0, 80), 200])
      expect([text.slice(0, 80), headers['set-cookie']?.length]).toEqual([text.slice(0, 80), 1])
      const fresh = cookieOf(headers)
      expect(fresh).not.toBe(`${name}=${text}`)
      const next = await running.send({ host: `${mode}.test`, headers: { cookie: fresh } })
      expect([next.headers['x-backend'], next.headers['set-cookie']]).toEqual([headers['x-backend'], undefined])
    }
  })

  it.each(modes)('%s: the cookie of one Service opens no session of another', async mode => {
    const { cookie } = await begin(mode)
    const { headers } = await running.send({ host: `twin-${mode}.test`, headers: { cookie } })
    expect(cookieOf(headers)).not.toBe(cookie)
  })

  it('does not say which endpoint it stands for', async () => {
    const { cookie, name } = await begin('persistent')
    const [port = 0] = running.ports(String(name))
    for (const text of [cookie, ...cookie.split(/[=.]/).map(part => Buffer.from(part, 'base64url').toString('latin1'))])
      expect(text).not.toContain(String(port))
  })

  it('the cookie has the attributes that the annotations ask for', async () => {
    const plain = (await running.send({ host: 'persistent.test' })).headers['set-cookie']?.[0] ?? ''
    expect(plain).toMatch(/^INGRESSCOOKIE=[^;]+;/)
    expect(attributesOf(plain)).toEqual(['httponly', 'path=/'])
    const dressed = (await running.send({ host: 'dressed.test' })).headers['set-cookie']?.[0] ?? ''
    expect(dressed).toMatch(/^stay=[^;]+;/)
    expect(attributesOf(dressed)).toEqual([
      'domain=dressed.test',
      expect.stringMatching(/^expires=/),
      'httponly',
      'max-age=600',
      'path=/shop',
      'samesite=lax',
      'secure',
    ])
    const expires = Date.parse(/expires=([^;]+)/i.exec(dressed)?.[1] ?? '')
    expect(Math.abs(expires - Date.now() - 600_000)).toBeLessThan(60_000)
  })

  it('over https the cookie is Secure without being asked', async () => {
    const { headers } = await ask(running.server.https, '/', { host: 'persistent.test', ca: 'any' })
    expect(attributesOf(headers['set-cookie']?.[0] ?? '')).toContain('secure')
  })
})

function attributesOf(cookie: string): readonly string[] {
  return cookie
    .split(/\s*;\s*/)
    .slice(1)
    .map(attribute => attribute.toLowerCase())
    .toSorted()
}
