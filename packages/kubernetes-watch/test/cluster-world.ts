// A fake API server with a cluster source, for the shared suite and the tests of the cluster source.
import { KubeConfig } from '@kubernetes/client-node'
import { type FakeApiServer, type FakeApiServerOptions, fakeApiServer } from '@ingresskit/testkit'
import { clusterSource, type ClusterSourceOptions, type ObjectSource } from '../src/index.ts'
import type { SourceWorld } from './object-source-world.ts'
import { testSchedule, type TestSchedule } from './test-schedule.ts'

/** Silence after which initial events are not waited for any more. */
export const initialSilenceMs = 10_000

/** How a source comes to know everything there is: from a watch, or where the server has no such watches from lists. */
export type Reading = 'initial events' | 'pages'

/** Sources whose waits are over at once, save the limits of silence. */
export interface ClusterWorld extends SourceWorld {
  readonly server: FakeApiServer
  readonly time: TestSchedule
  /** How often everything of a resource was asked for so far. */
  readings(plural: string): number
  source(options?: Partial<ClusterSourceOptions>): ObjectSource
}

/** Starts the server. With `pages` it refuses initial events, as servers without the feature gate WatchList do. */
export async function clusterWorld(
  options: FakeApiServerOptions = {},
  reading: Reading = 'initial events',
): Promise<ClusterWorld> {
  const server = await fakeApiServer({ ...options, watchList: reading === 'initial events' })
  const time = testSchedule({ isHeld: delayMs => delayMs >= 90_000 || delayMs === initialSilenceMs })
  const sources: ObjectSource[] = []
  return {
    server,
    time,
    readings: plural =>
      server
        .requests()
        .filter(request => request.plural === plural)
        .filter(({ verb, query }) =>
          reading === 'pages'
            ? verb === 'list' && !query.has('continue')
            : verb === 'watch' && query.get('sendInitialEvents') === 'true',
        ).length,
    put: object => {
      server.apply(object)
      return Promise.resolve()
    },
    remove: ({ kind, metadata }) => {
      server.delete(kind, metadata.namespace === undefined ? metadata.name : `${metadata.namespace}/${metadata.name}`)
      return Promise.resolve()
    },
    source: (options = {}) => {
      const kubeConfig = new KubeConfig()
      kubeConfig.loadFromString(server.kubeconfigYaml())
      const source = clusterSource({ cluster: kubeConfig, schedule: time.schedule, random: () => 0.5, ...options })
      sources.push(source)
      return source
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(sources.map(source => source.close()))
      await server.close()
    },
  }
}
