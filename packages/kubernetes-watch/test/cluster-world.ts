// A fake API server with a cluster source, for the shared suite and the tests of the cluster source.
import { KubeConfig } from '@kubernetes/client-node'
import { type FakeApiServer, type FakeApiServerOptions, fakeApiServer } from '@ingresskit/testkit'
import { clusterSource, type ClusterSourceOptions, type ObjectSource } from '../src/index.ts'
import type { SourceWorld } from './object-source-world.ts'
import { testSchedule, type TestSchedule } from './test-schedule.ts'

/** Sources whose waits are over at once, save the silence limit of watches. */
export interface ClusterWorld extends SourceWorld {
  readonly server: FakeApiServer
  readonly time: TestSchedule
  source(options?: Partial<ClusterSourceOptions>): ObjectSource
}

/** Starts the server. */
export async function clusterWorld(options: FakeApiServerOptions = {}): Promise<ClusterWorld> {
  const server = await fakeApiServer(options)
  const time = testSchedule({ heldFromMs: 90_000 })
  const sources: ObjectSource[] = []
  return {
    server,
    time,
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
