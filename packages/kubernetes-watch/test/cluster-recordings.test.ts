// Answers of a real API server, replayed byte for byte (see the testkit's recordings).
import { apiRecording } from '@ingresskit/testkit'
import { describe, expect, it } from 'vitest'
import type { KubernetesObject, ObjectSnapshot } from '../src/index.ts'
import { clusterWorld } from './cluster-world.ts'
import { snapshotRecorder } from './snapshot-recorder.ts'

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
    const lines = apiRecording('watch-endpointslices-pod-drift')
      .body.split('\n')
      .filter(line => line !== '')
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
    const lines = apiRecording('watch-endpointslices-pod-drift')
      .body.split('\n')
      .filter(line => line !== '')
    world.server.sendRaw('endpointslices', `${[...lines, ...lines, ...lines.toReversed()].join('\n')}\n`)
    world.server.create({ kind: 'EndpointSlice', metadata: { name: 'after', namespace: 'lucky' } })
    const { objects } = await recorder.until(({ objects }) => objects.EndpointSlice.has('lucky/after'))
    expect(objects.EndpointSlice.get('lucky/tomcat-pcl6f')?.metadata.resourceVersion).toBe('304')
  })

  it('reads a list and drops managedFields and what kubectl applied last', async () => {
    await using world = await clusterWorld({}, 'pages')
    const text = apiRecording('list-ingresses').body
    world.server.failNext({ verb: 'list', plural: 'ingresses', answer: { kind: 'body', text, ending: 'end' } })
    const { objects } = await world.source().start(() => undefined)
    const ingress = objects.Ingress.get('lucky/ingress-tomcat-tls')
    expect(ingress).toMatchObject({ apiVersion: 'networking.k8s.io/v1', kind: 'Ingress' })
    expect(ingress?.metadata.creationTimestamp).toBe('2026-11-22T22:18:03Z')
    expect(text).toContain('last-applied-configuration')
    expect(JSON.stringify(ingress)).not.toMatch(/managedFields|last-applied-configuration/)
  })

  it('begins with the initial events of a watch, and goes on from the version at their end', async () => {
    await using world = await clusterWorld()
    const { body: text, path } = apiRecording('watch-send-initial-events')
    world.server.failNext({ verb: 'watch', plural: 'ingresses', answer: { kind: 'body', text, ending: 'end' } })
    const { objects } = await world.source().start(() => undefined)
    expect(objects.Ingress.get('lucky/ingress-tomcat-tls')).toEqual({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: {
        name: 'ingress-tomcat-tls',
        namespace: 'lucky',
        uid: 'ecd22fb0-fb2b-4b73-b5bd-887b1404ecba',
        resourceVersion: '225',
        generation: 1,
        creationTimestamp: '2026-11-22T22:18:03Z',
        annotations: {},
      },
      spec: {
        ingressClassName: 'ingresskit',
        tls: [{ hosts: ['tomcat.lucky.com'], secretName: 'tomcat-ingress-secret' }],
        rules: [
          {
            host: 'tomcat.lucky.com',
            http: {
              paths: [
                { path: '/', pathType: 'Prefix', backend: { service: { name: 'tomcat', port: { number: 8080 } } } },
              ],
            },
          },
        ],
      },
      status: { loadBalancer: {} },
    })
    const asked = world.server.requests().find(({ plural }) => plural === 'ingresses')
    const words = (query: URLSearchParams): readonly string[] => [...query.keys()].sort()
    expect(words(asked?.query ?? new URLSearchParams())).toEqual(words(new URL(path, 'http://real').searchParams))
    await world.server.until(() => world.server.requests().some(({ query }) => query.get('resourceVersion') === '286'))
  })

  it('reads everything again after the event that says its place is too old', async () => {
    await using world = await clusterWorld()
    const source = world.source()
    const recorder = snapshotRecorder()
    await source.start(recorder.listener)
    await world.server.watchOpened('ingresses')
    world.server.sendRaw('ingresses', `${apiRecording('watch-too-old-410').body.trim()}\n`)
    await world.server.until(() => world.readings('ingresses') > 1)
    await world.server.watchOpened('ingresses')
    expect(world.readings('ingresses')).toBe(2)
  })
})
