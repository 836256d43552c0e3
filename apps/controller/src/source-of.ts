import { clusterSource, loadClusterConfig, manifestSource, type ObjectSource } from '@ingresskit/kubernetes-watch'
import type { Logger } from './log.ts'
import type { SourceOptions } from './options/option-table.ts'

/** The source that the options name, and who admitted its objects. */
export interface ChosenSource {
  readonly source: ObjectSource
  readonly admission: 'api-server' | 'none'
}

/** Manifests where `--manifests` names some, else the cluster of the kubeconfig. */
export async function sourceOf(options: SourceOptions, log: Logger): Promise<ChosenSource> {
  const namespaces = options['watch-namespace']
  const scope = namespaces.length === 0 ? {} : { namespaces }
  if (options.manifests.length > 0) {
    return { source: manifestSource({ paths: options.manifests, ...scope }), admission: 'none' }
  }
  const kubeConfig = await loadClusterConfig({
    environment: process.env,
    ...(options.kubeconfig === undefined ? {} : { kubeconfig: options.kubeconfig }),
    ...(options.context === undefined ? {} : { context: options.context }),
  })
  const source = clusterSource({
    kubeConfig,
    ...scope,
    onProblem: problem => log.warn({ problem }, problem.message),
  })
  return { source, admission: 'api-server' }
}
