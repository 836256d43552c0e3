// Answers of a real API server, replayed byte for byte (see test/recordings).
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { KubernetesObject, ObjectSnapshot } from '../src/index.ts'
import { clusterWorld } from './cluster-world.ts'
import { snapshotRecorder } from './snapshot-recorder.ts'

/** The body of a recording. */
async function recorded(name: string): Promise<string> {
  const text = await readFile(join(import.meta.dirname, 'recordings', name), 'utf8')
  return text.slice(text.search(/\r?\n\r?\n/)).trimStart()
}

/** Addresses of the endpoints that are ready. */
function ready(snapshot: ObjectSnapshot): readonly string[] {
  const slice = snapshot.objects.EndpointSlice.get('lucky/tomcat-pcl6f') as
    | (KubernetesObject & { endpoints: readonly { addresses: readonly string[]; conditions: { ready: boolean } }[] })
    | undefined
  return (slice?.endpoints ?? []).filter(({ conditions }) => conditions.ready).flatMap(({ addresses }) => addresses)
}

describe('clusterSource, given recordings,', () => {
  it('follows pods that are killed, added, made unready and drained', async () => {
    await using world = await clusterWorld()
    const source = world.source()
    const recorder = snapshotRecorder()
    await source.start(recorder.listener)
    await world.server.watchOpened('endpointslices')
    const lines = (await recorded('watch-endpointslices-pod-drift.http')).split('\n').filter(line => line !== '')
    const states: string[] = []
    for (const line of lines.filter(line => !line.includes('"BOOKMARK"'))) {
      const version = (JSON.parse(line) as { object: KubernetesObject }).object.metadata.resourceVersion
      world.server.sendRaw('endpointslices', `${line}\n`)
      const snapshot = await recorder.until(
        ({ objects }) => objects.EndpointSlice.get('lucky/tomcat-pcl6f')?.metadata.resourceVersion === version,
      )
      states.push(ready(snapshot).join(' '))
    }
    expect(states).toEqual([
      '10.244.1.1 10.244.1.2 10.244.1.3',
      '10.244.1.1 10.244.1.3',
      '10.244.1.1 10.244.1.3',
      '10.244.1.1 10.244.1.3 10.244.1.4',
      '10.244.1.3 10.244.1.4',
      '10.244.1.4',
    ])
  })

  it('comes to the same end when all of it arrives at once, twice and backwards', async () => {
    await using world = await clusterWorld()
    const source = world.source()
    const recorder = snapshotRecorder()
    await source.start(recorder.listener)
    await world.server.watchOpened('endpointslices')
    const lines = (await recorded('watch-endpointslices-pod-drift.http')).split('\n').filter(line => line !== '')
    world.server.sendRaw('endpointslices', `${[...lines, ...lines, ...lines.toReversed()].join('\n')}\n`)
    world.server.create({ kind: 'EndpointSlice', metadata: { name: 'after', namespace: 'lucky' } })
    const { objects } = await recorder.until(({ objects }) => objects.EndpointSlice.has('lucky/after'))
    expect(objects.EndpointSlice.get('lucky/tomcat-pcl6f')?.metadata.resourceVersion).toBe('304')
  })

  it('reads a list and drops managedFields and what kubectl applied last', async () => {
    await using world = await clusterWorld()
    const text = await recorded('list-ingresses.http')
    world.server.failNext({ verb: 'list', plural: 'ingresses', answer: { kind: 'body', text, ending: 'end' } })
    const { objects } = await world.source().start(() => undefined)
    const ingress = objects.Ingress.get('lucky/ingress-tomcat-tls')
    expect(ingress).toMatchObject({ apiVersion: 'networking.k8s.io/v1', kind: 'Ingress' })
    expect(ingress?.metadata.creationTimestamp).toBe('2026-11-22T22:18:03Z')
    expect(text).toContain('last-applied-configuration')
    expect(JSON.stringify(ingress)).not.toMatch(/managedFields|last-applied-configuration/)
  })

  it('lists again after the event that says its place is too old', async () => {
    await using world = await clusterWorld()
    const source = world.source()
    const recorder = snapshotRecorder()
    await source.start(recorder.listener)
    await world.server.watchOpened('ingresses')
    const lists = (): number =>
      world.server.requests().filter(({ verb, plural }) => verb === 'list' && plural === 'ingresses').length
    world.server.sendRaw('ingresses', `${(await recorded('watch-too-old-410.http')).trim()}\n`)
    await world.server.until(() => lists() > 1)
    await world.server.watchOpened('ingresses')
    expect(lists()).toBe(2)
  })
})
