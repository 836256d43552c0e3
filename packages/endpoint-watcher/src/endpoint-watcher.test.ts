import { readFileSync } from 'node:fs'
import type { KubernetesObject, ObjectSnapshot } from '@ingresskit/kubernetes-watch'
import { describe, expect, it } from 'vitest'
import { plainService, service, slice } from '../test/objects.ts'
import { createEndpointWatcher } from './endpoint-watcher.ts'

type Objects = Pick<ObjectSnapshot['objects'], 'Service' | 'EndpointSlice'>

const byName = (objects: readonly KubernetesObject[]): ReadonlyMap<string, KubernetesObject> =>
  new Map(objects.map(object => [`${object.metadata.namespace}/${object.metadata.name}`, object]))

const snapshot = (objects: Objects): ObjectSnapshot => {
  const none = new Map<string, KubernetesObject>()
  return {
    objects: { Ingress: none, IngressClass: none, Secret: none, ConfigMap: none, ...objects },
    problems: [],
    fileOf: () => undefined,
  }
}

const ready = (address: string) => slice({ endpoints: [{ addresses: [address] }] })

describe('createEndpointWatcher', () => {
  it('calls listeners when an endpoint set changed, and with what changed', () => {
    const watcher = createEndpointWatcher({ externalName: 'deny', loopback: 'refuse' })
    const seen: string[] = []
    watcher.onChange((next, diff) => {
      expect(watcher.current).toBe(next)
      seen.push(`changed ${diff.changed.map(set => set.key).join()} removed ${diff.removed.join()}`)
    })
    const services = byName([plainService, service({ ports: [{ port: 90 }] }, 'other')])
    watcher.update(snapshot({ Service: services, EndpointSlice: byName([ready('10.0.0.1')]) }))
    watcher.update(snapshot({ Service: services, EndpointSlice: byName([ready('10.0.0.2')]) }))
    watcher.update(snapshot({ Service: byName([plainService]), EndpointSlice: byName([ready('10.0.0.2')]) }))
    expect(seen).toEqual([
      'changed shop/web:80,shop/other:90 removed ',
      'changed shop/web:80 removed ',
      'changed  removed shop/other:90',
    ])
  })

  it('stays silent when objects changed but no endpoint set did', () => {
    const watcher = createEndpointWatcher({ externalName: 'deny', loopback: 'refuse' })
    const Service = byName([plainService])
    const first = watcher.update(snapshot({ Service, EndpointSlice: byName([ready('10.0.0.1')]) }))
    let calls = 0
    watcher.onChange(() => (calls += 1))
    const second = watcher.update(snapshot({ Service, EndpointSlice: byName([ready('10.0.0.1')]) }))
    expect(calls).toBe(0)
    expect(second.sets).toBe(first.sets)
    watcher.update(
      snapshot({
        Service,
        EndpointSlice: byName([slice({ endpoints: [{ addresses: ['nonsense'] }, { addresses: ['10.0.0.1'] }] })]),
      }),
    )
    expect(calls).toBe(1)
  })

  it('answers the same value for a snapshot in which neither kind changed', () => {
    const watcher = createEndpointWatcher({ externalName: 'deny', loopback: 'refuse' })
    const objects: Objects = { Service: byName([plainService]), EndpointSlice: byName([ready('10.0.0.1')]) }
    expect(watcher.update(snapshot(objects))).toBe(watcher.update(snapshot(objects)))
  })

  it('calls a listener no more once it was stopped', () => {
    const watcher = createEndpointWatcher({ externalName: 'deny', loopback: 'refuse' })
    let calls = 0
    const stop = watcher.onChange(() => (calls += 1))
    stop()
    watcher.update(snapshot({ Service: byName([plainService]), EndpointSlice: byName([ready('10.0.0.1')]) }))
    expect(calls).toBe(0)
  })

  it('follows pods that leave and join as a real API server reported it', () => {
    const text = readFileSync(new URL('../test/fixtures/pod-drift.json', import.meta.url), 'utf8')
    const recording = JSON.parse(text) as { service: KubernetesObject; events: { object: KubernetesObject }[] }
    const watcher = createEndpointWatcher({ externalName: 'deny', loopback: 'refuse' })
    const Service = byName([recording.service])
    const usable = recording.events.map(({ object }) => {
      const set = watcher
        .update(snapshot({ Service, EndpointSlice: byName([object]) }))
        .forPort('lucky', 'tomcat', 8080)
      return `${set?.usable.map(({ pod }) => pod).join(' ')} of ${set?.all.length}`
    })
    expect(usable).toEqual([
      'tomcat-1 tomcat-2 tomcat-3 of 3',
      'tomcat-1 tomcat-3 of 3',
      'tomcat-1 tomcat-3 of 2',
      'tomcat-1 tomcat-3 tomcat-4 of 3',
      'tomcat-3 tomcat-4 of 3',
      'tomcat-4 of 3',
    ])
    expect(watcher.current.problems).toEqual([])
  })

  it('keeps every other set the same object when one of many slices changes', () => {
    const count = 500
    const services = byName(Array.from({ length: count }, (_, i) => service({ ports: [{ port: 80 }] }, `s${i}`)))
    const slices = Array.from({ length: count }, (_, i) =>
      slice({ endpoints: [{ addresses: ['10.0.0.1'] }] }, `s${i}-a`, `s${i}`),
    )
    const watcher = createEndpointWatcher({ externalName: 'deny', loopback: 'refuse' })
    const before = watcher.update(snapshot({ Service: services, EndpointSlice: byName(slices) }))
    const changed = slices.with(250, slice({ endpoints: [{ addresses: ['10.0.0.2'] }] }, 's250-a', 's250'))
    const after = watcher.update(snapshot({ Service: services, EndpointSlice: byName(changed) }))
    expect([...after.sets.values()].filter(set => before.sets.get(set.key) !== set).map(set => set.service)).toEqual([
      's250',
    ])
  })
})
