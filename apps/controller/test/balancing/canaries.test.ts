/** Canaries of ingress-nginx: several for a path, by weight, header and cookie. */

import { describe, expect, it } from 'vitest'
import { ingress, service } from '../command/support/manifests.ts'
import { balancedSite, dataPlanes } from './support/balanced-site.ts'
import { expectShare } from './support/shares.ts'

const names = ['stable', 'first', 'second', 'third']
const nginx = (settings: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(settings).map(([key, value]) => [`nginx.ingress.kubernetes.io/${key}`, value]))
const plain = (host: string): object =>
  ingress({ name: `${host}-plain`, host: `${host}.test`, paths: [{ service: 'stable' }] })
const canary = (host: string, target: string, settings: Readonly<Record<string, string>>): object =>
  ingress({
    name: `${host}-${target}`,
    host: `${host}.test`,
    paths: [{ service: target }],
    annotations: nginx({ canary: 'true', ...settings }),
  })

describe.each(dataPlanes)('%s', (_setup, flags) => {
  const site = balancedSite({
    flags,
    backends: names,
    objects: ports => [
      ...names.flatMap(name => service(name, ports(name))),
      plain('weights'),
      canary('weights', 'first', { 'canary-weight': '20' }),
      canary('weights', 'second', { 'canary-weight': '30' }),
      plain('total'),
      canary('total', 'first', { 'canary-weight': '5', 'canary-weight-total': '10' }),
      plain('header'),
      canary('header', 'first', { 'canary-by-header': 'X-Canary' }),
      plain('value'),
      canary('value', 'first', { 'canary-by-header': 'X-Group', 'canary-by-header-value': 'one' }),
      canary('value', 'second', { 'canary-by-header': 'X-Group', 'canary-by-header-pattern': '^tw(o|enty)$' }),
      canary('value', 'third', { 'canary-by-cookie': 'beta' }),
      plain('both'),
      canary('both', 'first', { 'canary-by-header': 'X-Canary', 'canary-by-cookie': 'beta', 'canary-weight': '0' }),
      canary('alone', 'first', { 'canary-weight': '100' }),
      plain('bad'),
      canary('bad', 'first', { 'canary-by-header': 'X-Canary', 'canary-weight': 'lots' }),
      canary('bad', 'second', { 'canary-by-header': 'X-Group', 'canary-by-header-pattern': '(' }),
    ],
  })
  const answer = (host: string, headers: Readonly<Record<string, string>> = {}): Promise<string | number> =>
    site.answeredBy({ host: `${host}.test`, headers })

  it('gives several canaries of one path their shares and the plain Ingress the rest', async () => {
    const tally = await site.tally(400, () => ({ host: 'weights.test' }))
    expectShare(tally.get('first'), 400, 0.2)
    expectShare(tally.get('second'), 400, 0.3)
    expectShare(tally.get('stable'), 400, 0.5)
    const ofTen = await site.tally(200, () => ({ host: 'total.test' }))
    expectShare(ofTen.get('first'), 200, 0.5)
    expectShare(ofTen.get('stable'), 200, 0.5)
  })

  it('lets the header decide with always and never, and nothing else', async () => {
    expect(await answer('header', { 'x-canary': 'always' })).toBe('first')
    for (const value of ['never', 'ALWAYS!', 'yes', ''])
      expect(await answer('header', { 'x-canary': value })).toBe('stable')
    expect(await answer('header')).toBe('stable')
  })

  it('lets a value, a pattern and a cookie choose among several canaries', async () => {
    expect(await answer('value', { 'x-group': 'one' })).toBe('first')
    expect(await answer('value', { 'x-group': 'two' })).toBe('second')
    expect(await answer('value', { 'x-group': 'twenty' })).toBe('second')
    expect(await answer('value', { 'x-group': 'always' })).toBe('stable')
    expect(await answer('value', { cookie: 'a=b; beta=always' })).toBe('third')
    expect(await answer('value', { cookie: 'beta=never' })).toBe('stable')
    expect(await answer('value')).toBe('stable')
  })

  it('asks the header before the cookie', async () => {
    expect(await answer('both', { 'x-canary': 'never', cookie: 'beta=always' })).toBe('stable')
    expect(await answer('both', { 'x-canary': 'always', cookie: 'beta=never' })).toBe('first')
    expect(await answer('both', { 'x-canary': 'maybe', cookie: 'beta=always' })).toBe('first')
  })

  it('says in Vary which fields decide, on the answers of the canary and of the plain Ingress', async () => {
    const vary = async (host: string, headers: Readonly<Record<string, string>> = {}): Promise<readonly string[]> =>
      listOf((await site.send({ host: `${host}.test`, headers })).headers.vary)
    for (const headers of [{}, { 'x-canary': 'always' }]) expect(await vary('header', headers)).toEqual(['x-canary'])
    for (const headers of [{}, { 'x-group': 'one' }, { cookie: 'beta=always' }])
      expect(await vary('both', headers)).toEqual(['cookie', 'x-canary'])
    expect(await vary('value')).toEqual(['cookie', 'x-group'])
    expect(await vary('weights')).toEqual([])
  })

  it('serves no canary without its Ingress, and says so', async () => {
    expect(await answer('alone')).toBe(404)
    expect(await site.problems()).toContainEqual(expect.objectContaining({ kind: 'Ingress', name: 'alone-first' }))
  })

  it('leaves out a canary with a bad value, and the plain Ingress takes everything', async () => {
    for (const headers of [{}, { 'x-canary': 'always' }, { 'x-group': '(' }] as const)
      expect(await answer('bad', headers)).toBe('stable')
    const problems = await site.problems()
    for (const [name, key] of [
      ['bad-first', 'canary-weight'],
      ['bad-second', 'canary-by-header-pattern'],
    ] as const) {
      const field = `metadata.annotations['nginx.ingress.kubernetes.io/${key}']`
      expect(problems).toContainEqual(expect.objectContaining({ kind: 'Ingress', name, field }))
    }
    expect(problems.filter(({ name }) => !name.startsWith('bad') && !name.startsWith('alone'))).toEqual([])
  })
})

function listOf(value: string | undefined): readonly string[] {
  return (value ?? '')
    .split(',')
    .map(item => item.trim().toLowerCase())
    .filter(item => item !== '')
    .toSorted()
}
