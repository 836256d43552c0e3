/** Content conditions that are wrong, and hostile ones: nothing but their own Ingress suffers. */

import { describe, expect, it } from 'vitest'
import { eventually } from '../command/support/eventually.ts'
import { runCommand } from '../command/support/ingresskit-process.ts'
import { ingress, service } from '../command/support/manifests.ts'
import { balancedSite } from './support/balanced-site.ts'

const bad: Readonly<Record<string, string>> = {
  'match-language': 'zh, not a language!',
  'match-browser': 'netscape',
  'match-headers': 'X-A~(',
  'match-cookies': '=x',
  'match-query': 'a~(?=b)',
  'match-methods': 'GE T',
}
const fieldOf = (key: string): string => `metadata.annotations['ingresskit.dev/${key}']`

describe('conditions with faults', () => {
  const site = balancedSite({
    flags: [],
    backends: ['plain', 'other'],
    objects: ports => [
      ...['plain', 'other'].flatMap(name => service(name, ports(name))),
      ...Object.entries(bad).flatMap(([key, value]) => [
        ingress({ name: `${key}-plain`, host: `${key}.test`, paths: [{ service: 'plain' }] }),
        ingress({
          name: `${key}-bad`,
          host: `${key}.test`,
          paths: [{ service: 'other' }, { path: '/own', service: 'other' }],
          annotations: { [`ingresskit.dev/${key}`]: value },
        }),
      ]),
      ingress({ name: 'slow-plain', host: 'slow.test', paths: [{ service: 'plain' }] }),
      ingress({
        name: 'slow-bad',
        host: 'slow.test',
        paths: [{ service: 'other' }],
        annotations: { 'ingresskit.dev/match-headers': 'X-A~^(a+)+$' },
      }),
    ],
  })

  it.each(Object.keys(bad))('a bad %s leaves its Ingress out, and the plain one takes its requests', async key => {
    for (const path of ['/', '/own']) {
      const headers = { 'x-a': '(', cookie: '=x; x=1', 'accept-language': 'zh' }
      expect(await site.answeredBy({ host: `${key}.test`, path: `${path}?a=b`, headers })).toBe('plain')
    }
    const problems = (await site.problems()).filter(({ name }) => name === `${key}-bad`)
    expect(problems).toEqual([
      expect.objectContaining({ severity: 'error', kind: 'Ingress', namespace: 'default', field: fieldOf(key) }),
    ])
    expect(problems[0]?.message.length).toBeGreaterThan(20)
  })

  it('check ends with 1 and names each of them', async () => {
    const { status, stdout } = await runCommand(['check', '--manifests', site.folder.path])
    expect(status).toBe(1)
    for (const key of Object.keys(bad)) expect(stdout).toContain(`Ingress default/${key}-bad ${fieldOf(key)}`)
    expect(stdout).not.toContain('-plain ')
  })

  it('a regular expression that explodes elsewhere holds up nobody', async () => {
    const evil = 'a'.repeat(4_000) + '!'
    const attack = Array.from({ length: 20 }, () => site.answeredBy({ host: 'slow.test', headers: { 'x-a': evil } }))
    const others = Array.from({ length: 20 }, () => site.answeredBy({ host: 'match-browser.test' }))
    expect(new Set(await Promise.all([...attack, ...others]))).toEqual(new Set(['plain']))
    expect(await site.answeredBy({ host: 'slow.test', headers: { 'x-a': 'aaaa' } })).toBe('other')
  })

  it('two Ingresses with the same conditions are a conflict, which the older one wins', async () => {
    const claim = (name: string, target: string, value: string, created: string): object => {
      const object = ingress({
        name,
        host: 'slow.test',
        paths: [{ service: target }],
        annotations: { 'ingresskit.dev/match-query': value },
      })
      return { ...object, metadata: { ...metadataOf(object), creationTimestamp: created } }
    }
    await site.folder.write('claims.yaml', [
      claim('a-younger', 'plain', 'q=1, r', '2026-02-01T00:00:00Z'),
      claim('b-older', 'other', 'r, q=1', '2026-01-01T00:00:00Z'),
    ])
    await eventually(async () => expect(await site.answeredBy({ host: 'slow.test', path: '/?q=1&r=2' })).toBe('other'))
    expect((await site.problems()).map(({ name }) => name)).toContain('a-younger')
  })
})

function metadataOf(object: object): object {
  return 'metadata' in object && typeof object.metadata === 'object' && object.metadata !== null ? object.metadata : {}
}
