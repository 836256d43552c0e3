/** `match-headers`, `-cookies`, `-query` and `-methods`: the Ingresses that stand beside the plain one. */

import { describe, expect, it } from 'vitest'
import { ask } from '../command/support/http-client.ts'
import { ingress, service } from '../command/support/manifests.ts'
import type { SentRequest } from '../support/send-request.ts'
import { dataPlanes, balancedSite } from './support/balanced-site.ts'

const names = ['plain', 'one', 'two', 'three']
const beside = (host: string, target: string, matches: Readonly<Record<string, string>>): object =>
  ingress({
    name: `${host}-${target}`,
    host: `${host}.test`,
    paths: [{ service: target }],
    annotations: Object.fromEntries(
      Object.entries(matches).map(([key, value]) => [`ingresskit.dev/match-${key}`, value]),
    ),
  })

interface Explained {
  readonly rule: { readonly ingress: string }
  readonly condition: string | null
  readonly candidates: readonly object[]
}

type Case = readonly [expected: string, sent: Partial<SentRequest>]

/** Per host: what the Ingresses beside the plain one want, and who should answer what. */
const sites: Readonly<
  Record<
    string,
    { readonly groups: Readonly<Record<string, Readonly<Record<string, string>>>>; readonly cases: readonly Case[] }
  >
> = {
  headers: {
    groups: { one: { headers: 'X-Group=beta' }, two: { headers: 'X-Build~^v[0-9]+$' }, three: { headers: 'X-Any' } },
    cases: [
      ['one', { headers: { 'x-group': 'beta' } }],
      ['plain', { headers: { 'x-group': 'betas' } }],
      ['two', { headers: { 'x-build': 'v12' } }],
      ['plain', { headers: { 'x-build': 'xv12' } }],
      ['three', { headers: { 'x-any': 'thing' } }],
      ['plain', {}],
    ],
  },
  cookies: {
    groups: { one: { cookies: 'plan=gold' }, two: { cookies: 'id~7' }, three: { cookies: 'token' } },
    cases: [
      ['one', { headers: { cookie: 'a=b; plan=gold' } }],
      ['plain', { headers: { cookie: 'plan=silver' } }],
      ['two', { headers: { cookie: 'id=a7b' } }],
      ['three', { headers: { cookie: 'token=x' } }],
      ['plain', {}],
    ],
  },
  query: {
    groups: { one: { query: 'v=2' }, two: { query: 'lang~^(de|fr)$' }, three: { query: 'debug' } },
    cases: [
      ['one', { path: '/x?a=1&v=2' }],
      ['plain', { path: '/x?v=22' }],
      ['two', { path: '/?lang=fr' }],
      ['plain', { path: '/?lang=french' }],
      ['three', { path: '/?debug' }],
      ['three', { path: '/?debug=1' }],
      ['plain', { path: '/v=2' }],
    ],
  },
  methods: {
    groups: { one: { methods: 'POST, PUT' }, two: { methods: 'DELETE' } },
    cases: [
      ['one', { method: 'POST' }],
      ['one', { method: 'PUT' }],
      ['two', { method: 'DELETE' }],
      ['plain', { method: 'GET' }],
    ],
  },
  and: {
    groups: { one: { headers: 'X-A=1, X-B=2' }, two: { headers: 'X-A=1', methods: 'POST' } },
    cases: [
      ['one', { headers: { 'x-a': '1', 'x-b': '2' } }],
      ['plain', { headers: { 'x-a': '1' } }],
      ['plain', { headers: { 'x-b': '2' } }],
      ['two', { headers: { 'x-a': '1' }, method: 'POST' }],
      ['plain', { method: 'POST' }],
    ],
  },
  order: {
    groups: { one: { headers: 'X-A' }, two: { headers: 'X-A=1' }, three: { headers: 'X-A, X-B' } },
    cases: [
      ['one', { headers: { 'x-a': '2' } }],
      ['two', { headers: { 'x-a': '1' } }],
      ['three', { headers: { 'x-a': '1', 'x-b': '5' } }],
      ['plain', { headers: { 'x-b': '5' } }],
    ],
  },
  inherited: {
    groups: { one: { cookies: '__proto__=1' }, two: { query: 'constructor' } },
    cases: [
      ['plain', {}],
      ['one', { headers: { cookie: '__proto__=1' } }],
      ['two', { path: '/?constructor' }],
    ],
  },
  comma: { groups: { one: { headers: 'X-List=a\\,b' } }, cases: [['one', { headers: { 'x-list': 'a,b' } }]] },
}

describe.each(dataPlanes)('%s', (_setup, flags) => {
  const site = balancedSite({
    flags,
    backends: names,
    objects: ports => [
      ...names.flatMap(name => service(name, ports(name))),
      ...Object.entries(sites).flatMap(([host, { groups }]) => [
        ingress({ name: `${host}-plain`, host: `${host}.test`, paths: [{ service: 'plain' }] }),
        ...Object.entries(groups).map(([target, matches]) => beside(host, target, matches)),
      ]),
    ],
  })

  it('finds no fault in these annotations', async () => {
    expect(await site.problems()).toEqual([])
  })

  it.each(Object.keys(sites))('gives each request to the group whose conditions it fulfils: %s', async host => {
    for (const [expected, sent] of sites[host]?.cases ?? [])
      expect([sent, await site.answeredBy({ host: `${host}.test`, ...sent })]).toEqual([sent, expected])
  })

  it('explain says which conditions decided', async () => {
    const url = encodeURIComponent('http://and.test/')
    const header = ['X-A:1', 'X-B:2'].map(field => `&header=${encodeURIComponent(field)}`).join('')
    const { body } = await ask(site.server.admin, `/api/v1/explain?method=GET&url=${url}${header}`)
    const { rule, condition, candidates } = JSON.parse(body) as Explained
    expect(rule.ingress).toBe('default/and-one')
    expect(condition?.toLowerCase()).toMatch(/x-a.*x-b/)
    const lost = candidates.filter(candidate => JSON.stringify(candidate).includes('default/and-two'))
    expect(JSON.stringify(lost)).toMatch(/POST|method/)
  })

  it.each([
    ['headers', ['x-any', 'x-build', 'x-group']],
    ['cookies', ['cookie']],
    ['query', []],
    ['methods', []],
    ['and', ['x-a', 'x-b']],
  ])('says in Vary which fields the choice depends on, whoever answers: %s', async (host, fields) => {
    for (const [, sent] of sites[host]?.cases ?? []) {
      const { headers } = await site.send({ host: `${host}.test`, ...sent })
      const vary = (headers.vary ?? '').toLowerCase().split(/\s*,\s*/)
      for (const field of fields) expect([sent, vary]).toEqual([sent, expect.arrayContaining([field])])
      expect(vary.filter(field => field !== '' && !fields.includes(field))).toEqual([])
    }
  })

  it('keeps the Vary of the backend and adds to it', async () => {
    site.backend('one').react = () => ({ Vary: 'Accept-Encoding' })
    const { headers } = await site.send({ host: 'headers.test', headers: { 'x-group': 'beta' } })
    const vary = (headers.vary ?? '').toLowerCase().split(/\s*,\s*/)
    expect(vary.toSorted()).toEqual(['accept-encoding', 'x-any', 'x-build', 'x-group'])
  })
})
