import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ClusterApi, clusterApi, loadClusterConfig } from '@ingresskit/kubernetes-watch'
import type { FakeApiServer } from '@ingresskit/testkit'

/** A client of a fake API server, configured as people configure theirs. */
export async function clusterOf(server: FakeApiServer): Promise<ClusterApi> {
  const folder = await mkdtemp(join(tmpdir(), 'ingresskit-webhook-'))
  try {
    const kubeconfig = join(folder, 'kubeconfig')
    await writeFile(kubeconfig, server.kubeconfigYaml())
    return clusterApi(await loadClusterConfig({ kubeconfig, environment: {} }))
  } finally {
    await rm(folder, { recursive: true })
  }
}
