// The fake API server with the real client in front of it, and time that passes only when a test lets it.
import { clusterApi, type ClusterApi, type KubernetesObject, loadClusterConfig } from '@ingresskit/kubernetes-watch'
import { fakeApiServer, type FakeApiServer } from '@ingresskit/testkit'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisesSettled, simulatedTime, type SimulatedTime } from '../../support/simulated-time.ts'

/** What a test talks to. */
export interface FakeCluster extends AsyncDisposable {
  readonly server: FakeApiServer
  readonly api: ClusterApi
  readonly time: SimulatedTime
  /** All objects of a kind as a snapshot has them, by key. */
  snapshot(kind: string): ReadonlyMap<string, KubernetesObject>
}

/** An empty one. */
export async function fakeCluster(): Promise<FakeCluster> {
  const server = await fakeApiServer()
  const folder = await mkdtemp(join(tmpdir(), 'ingresskit-cluster-'))
  const kubeconfig = join(folder, 'kubeconfig')
  await writeFile(kubeconfig, server.kubeconfigYaml())
  const api = clusterApi(await loadClusterConfig({ kubeconfig, environment: {} }))
  await rm(folder, { recursive: true })
  return {
    server,
    api,
    time: simulatedTime(),
    snapshot: kind => new Map(server.list(kind).map(object => [keyOf(object), object])),
    [Symbol.asyncDispose]: async () => {
      await api.close()
      await server.close()
    },
  }
}

/** Resolves once the condition holds; sockets go on meanwhile, and no simulated time passes. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await promisesSettled()
}

function keyOf({ metadata: { namespace, name } }: KubernetesObject): string {
  return namespace === undefined ? name : `${namespace}/${name}`
}
