import {
  type ClusterApi,
  clusterApi,
  clusterSource,
  loadClusterConfig,
  manifestSource,
  type ObjectSource,
  type SourceProblem,
} from '@ingresskit/kubernetes-watch'
import type { SourceOptions } from './options/option-table.ts'

/** The source that the options name, and who admitted its objects. */
export interface ChosenSource {
  readonly source: ObjectSource
  readonly admission: 'api-server' | 'none'
  /** The cluster that the objects come from; absent with manifests. */
  readonly cluster?: ChosenCluster
}

/** A cluster that objects come from. */
export interface ChosenCluster {
  /** Whoever is given it closes it, after the source. */
  readonly api: ClusterApi
  /** The namespace of the kubeconfig's context, if it has one. */
  readonly contextNamespace: string | undefined
}

/**
 * Manifests where `--manifests` names some, else the cluster of the kubeconfig.
 *
 * `onProblem` is told of what keeps the first snapshot away; later problems are in the snapshots.
 */
export async function sourceOf(
  options: SourceOptions,
  onProblem: (problem: SourceProblem) => void,
): Promise<ChosenSource> {
  const namespaces = options['watch-namespace']
  const scope = namespaces.length === 0 ? {} : { namespaces }
  if (options.manifests.length > 0) {
    return { source: manifestSource({ paths: options.manifests, ...scope }), admission: 'none' }
  }
  const kubeConfig = await clusterConfigOf(options)
  const api = clusterApi(kubeConfig)
  const source = clusterSource({
    cluster: api,
    ...scope,
    onProblem,
  })
  const contextNamespace = kubeConfig.getContextObject(kubeConfig.getCurrentContext())?.namespace
  return { source, admission: 'api-server', cluster: { api, contextNamespace } }
}

/** The kubeconfig and context that the options name, else those of the environment. */
export async function clusterConfigOf({
  kubeconfig,
  context,
}: Pick<SourceOptions, 'kubeconfig' | 'context'>): ReturnType<typeof loadClusterConfig> {
  return loadClusterConfig({
    environment: process.env,
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
    ...(context === undefined ? {} : { context }),
  })
}
