/** Following changes of the objects comes to the same snapshot as building it from nothing. */

import type { KubernetesObject } from '@ingresskit/kubernetes-watch'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { EndpointKeys } from '../src/balancing/endpoint-keys.ts'
import type { Snapshot } from '../src/snapshot/snapshot.ts'
import { endpointSlice, ingressOf, serviceOf } from './support/kubernetes-objects.ts'
import { snapshotSequence } from './support/snapshot-of.ts'

const names = ['web', 'api', 'shop']
const name = fc.constantFrom(...names)

/** What a change puts in the place of an object, by kind and name; `undefined` takes it away. */
const changes = fc.oneof(
  fc.record({
    place: name.map(of => `Ingress ${of}`),
    object: fc.option(
      fc
        .record({
          of: name,
          services: fc.array(name, { minLength: 1, maxLength: 2 }),
          annotations: fc.constantFrom(
            {},
            {},
            { 'ingresskit.dev/load-balance': 'least-conn' },
            { 'ingresskit.dev/circuit-breaker': 'requests=3' },
            { 'ingresskit.dev/retry': 'nonsense' },
          ),
        })
        .map(({ of, services, annotations }) =>
          ingressOf({
            name: of,
            host: `${of}.test`,
            paths: services.map((service, index) => ({ service, path: `/${index}` })),
            annotations,
          }),
        ),
      { nil: undefined },
    ),
  }),
  fc.record({
    place: name.map(of => `Service ${of}`),
    object: fc.option(
      fc
        .record({ of: name, port: fc.constantFrom(80, 81) })
        .map(({ of, port }) => serviceOf(of, { ports: { http: port } })),
      { nil: undefined },
    ),
  }),
  fc.record({
    place: fc.tuple(name, fc.constantFrom('1', '2')).map(parts => `EndpointSlice ${parts.join('-')}`),
    object: fc.option(
      fc
        .record({ of: name, port: fc.integer({ min: 8080, max: 8083 }), ready: fc.boolean() })
        .map(({ of, port, ready }) =>
          endpointSlice({
            service: of,
            ports: { http: port },
            conditions: { ready, serving: ready, terminating: false },
          }),
        ),
      { nil: undefined },
    ),
  }),
)

type World = ReadonlyMap<string, KubernetesObject>

function apply(world: World, { place, object }: { readonly place: string; readonly object: unknown }): World {
  const next = new Map(world)
  const [kind = '', of = ''] = place.split(' ')
  const given = object as KubernetesObject | undefined
  if (given === undefined) next.delete(place)
  else
    next.set(place, {
      ...given,
      metadata: { ...given.metadata, name: kind === 'EndpointSlice' ? of : given.metadata.name },
    })
  return next
}

/** Objects by their identity: two places may hold the same one. */
function objectsOf(world: World): readonly KubernetesObject[] {
  return [...new Map([...world.values()].map(object => [`${object.kind} ${object.metadata.name}`, object])).values()]
}

function said({ translation, upstreams, counts, problems, defaultTarget }: Snapshot): unknown {
  return {
    rules: [...translation.table.rules()].map(rule => JSON.stringify(rule)).sort(),
    upstreams: [...upstreams]
      .map(([key, { balancer, servicePort }]) => [key, servicePort, balancer.endpoints.map(endpoint => endpoint.key)])
      .map(line => JSON.stringify(line))
      .sort(),
    counts: [...counts].map(([of, { keys }]) => JSON.stringify([of, keys.map(({ key }) => key)])).sort(),
    problems: problems.map(problem => JSON.stringify(problem)).sort(),
    defaultTarget,
  }
}

it('following changes comes to the same as building the last state from nothing', () => {
  fc.assert(
    fc.property(fc.array(fc.array(changes, { maxLength: 3 }), { minLength: 1, maxLength: 10 }), steps => {
      const sequence = snapshotSequence({ flags: { 'default-backend-service': 'default/web' } })
      const keys = new EndpointKeys()
      let world: World = new Map()
      for (const step of steps) {
        world = step.reduce(apply, world)
        const followed = sequence.of(objectsOf(world))
        const fresh = snapshotSequence({ flags: { 'default-backend-service': 'default/web' } }).of(objectsOf(world))
        expect(said(followed)).toEqual(said(fresh))
        keys.update(followed.upstreams)
        const used = new Set(
          [...fresh.upstreams.values()].flatMap(({ balancer }) => balancer.endpoints.map(({ key }) => key)),
        )
        const all = [8080, 8081, 8082, 8083].map(port => `127.0.0.1:${port}`)
        expect(all.filter(key => keys.has(key))).toEqual(all.filter(key => used.has(key)))
      }
    }),
    { numRuns: 150 },
  )
})
