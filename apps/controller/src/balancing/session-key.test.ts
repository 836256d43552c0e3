import type { KubernetesObject, ObjectSnapshot } from '@ingresskit/kubernetes-watch'
import { describe, expect, it } from 'vitest'
import { SessionKey } from './session-key.ts'

const own = new Uint8Array(32).fill(1)

function objects(key?: string): ObjectSnapshot {
  const secret: KubernetesObject = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { namespace: 'ns', name: 'sessions' },
    data: { key },
  }
  const none = new Map<string, KubernetesObject>()
  return {
    objects: {
      Ingress: none,
      IngressClass: none,
      Service: none,
      EndpointSlice: none,
      Secret: key === undefined ? none : new Map([['ns/sessions', secret]]),
      ConfigMap: none,
    },
    problems: [],
    fileOf: () => undefined,
  }
}

const encoded = (fill: number): string => Buffer.alloc(32, fill).toString('base64')

describe('the key of session cookies', () => {
  it('is that of the process when no Secret was named', () => {
    expect(new SessionKey(undefined, own).of(objects())).toEqual({ key: own, problems: [] })
  })

  it('is that of the Secret, and the same object while it says the same', () => {
    const key = new SessionKey('ns/sessions', own)
    const first = key.of(objects(encoded(7))).key
    expect([...first]).toEqual(Array.from({ length: 32 }, () => 7))
    expect(key.of(objects(encoded(7))).key).toBe(first)
    expect(key.of(objects(encoded(8))).key).not.toEqual(first)
  })

  it('is the last one that could be read while the Secret is bad or gone, and says so without showing it', () => {
    const key = new SessionKey('ns/sessions', own)
    const last = key.of(objects(encoded(7))).key
    for (const bad of [objects('c2hvcnQ='), objects()]) {
      const { key: used, problems } = key.of(bad)
      expect(used).toBe(last)
      expect(problems).toMatchObject([{ kind: 'Secret', namespace: 'ns', name: 'sessions' }])
      expect(problems[0]?.message).toContain('the last key that could be read is used')
      expect(problems[0]?.message).not.toContain('c2hvcnQ')
    }
  })

  it('is that of the process until the Secret can be read for the first time', () => {
    const key = new SessionKey('ns/sessions', own)
    expect(key.of(objects('c2hvcnQ=')).key).toBe(own)
    const { problems } = key.of(objects())
    expect(problems[0]?.message).toContain('a key of this process')
    expect(key.of(objects(encoded(7))).problems).toEqual([])
  })
})
