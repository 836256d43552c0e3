/** The cluster of the end-to-end suite: a fake API server, or a real one when INGRESSKIT_E2E_KUBECONFIG names its kubeconfig. */

import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { clusterApi, loadClusterConfig } from '@ingresskit/kubernetes-watch'
import { fakeApiServer } from '@ingresskit/testkit'
import { manifestFolder } from '../../command/support/manifests.ts'
import { e2eObjects, type E2eObjects } from './e2e-objects.ts'

/** A cluster to test against. */
export interface E2eCluster {
  readonly kubeconfig: string
  /** Where the cluster's endpoints on this machine are: the controller, which runs here too, must reach it. */
  readonly address: string
  readonly objects: E2eObjects
  close(): Promise<void>
}

/** Opens it. The fake one refuses what the real one does, and fields that it would drop; but it takes endpoints on loopback addresses. */
export async function e2eCluster(): Promise<E2eCluster> {
  const given = process.env['INGRESSKIT_E2E_KUBECONFIG'] ?? ''
  if (given !== '') return openCluster(given, { address: ownAddress(), stop: () => Promise.resolve() })
  const server = await fakeApiServer({ strict: true })
  const { path } = await manifestFolder({ kubeconfig: server.kubeconfigYaml() })
  return openCluster(join(path, 'kubeconfig'), { address: '127.0.0.1', stop: () => server.close() })
}

async function openCluster(
  kubeconfig: string,
  { address, stop }: { readonly address: string; readonly stop: () => Promise<void> },
): Promise<E2eCluster> {
  const api = clusterApi(await loadClusterConfig({ kubeconfig, environment: process.env }))
  return {
    kubeconfig,
    address,
    objects: e2eObjects(api),
    close: async () => {
      await api.close()
      await stop()
    },
  }
}

/** A real API server refuses endpoints on loopback addresses. */
function ownAddress(): string {
  const given = process.env['INGRESSKIT_E2E_ADDRESS'] ?? ''
  const own = Object.values(networkInterfaces()).flatMap(each => each ?? [])
  const address = given === '' ? own.find(({ internal, family }) => !internal && family === 'IPv4')?.address : given
  if (address !== undefined) return address
  throw new Error('this machine has no IPv4 address but loopback; name one in INGRESSKIT_E2E_ADDRESS')
}
