// Finds out which cluster to talk to, in the order kubectl users expect.
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { KubeConfig } from '@kubernetes/client-node'
import { WatchError } from './watch-error.ts'

/** Where to look. */
export interface ClusterConfigOptions {
  /** Path of a kubeconfig; when given, nothing else is looked at. */
  readonly kubeconfig?: string
  /** Context to use; default: the file's `current-context`. When given, the in-cluster account is not used. */
  readonly context?: string
  /** The process's environment: `KUBERNETES_SERVICE_HOST`, `KUBECONFIG` and `HOME` are read from it. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Put before the path of the service account's files; for tests. Default: none. */
  readonly filesystemRoot?: string
}

const tokenPath = '/var/run/secrets/kubernetes.io/serviceaccount/token'

/**
 * Loads the given kubeconfig, else the in-cluster service account, else `$KUBECONFIG`, else `~/.kube/config`.
 *
 * Rejects with a `WatchError` with code `config-invalid` when there is none, or it names no usable context or cluster.
 * The client library is loaded here and not before: it takes a second, which whoever reads manifests need not wait.
 */
export async function loadClusterConfig(options: ClusterConfigOptions): Promise<KubeConfig> {
  const { context } = options
  const { KubeConfig } = await import('@kubernetes/client-node')
  const config = load(() => new KubeConfig(), options)
  if (context !== undefined) config.setCurrentContext(context)
  const named = config.getCurrentContext()
  if (!config.getContextObject(named)) {
    const known = config.contexts.map(each => each.name).join(', ')
    const file = options.kubeconfig === undefined ? 'the kubeconfig' : `the kubeconfig "${options.kubeconfig}"`
    throw new WatchError(
      'config-invalid',
      known === ''
        ? `${file} has no contexts; check that it is the right file`
        : `${file} has no context "${named ?? ''}"; it has: ${known}`,
    )
  }
  const cluster = config.getCurrentCluster()
  if (!cluster || !URL.canParse(cluster.server)) {
    throw new WatchError(
      'config-invalid',
      `context "${named}" names no cluster with a server URL; check the kubeconfig`,
    )
  }
  return config
}

function load(create: () => KubeConfig, options: ClusterConfigOptions): KubeConfig {
  const { kubeconfig, context, environment, filesystemRoot = '' } = options
  if (kubeconfig !== undefined) return loadFiles(create, [kubeconfig])
  const inCluster = environment['KUBERNETES_SERVICE_HOST'] !== undefined && existsSync(filesystemRoot + tokenPath)
  if (inCluster && context === undefined) {
    const config = create()
    config.loadFromCluster(filesystemRoot)
    return config
  }
  const listed = (environment['KUBECONFIG'] ?? '').split(delimiter).filter(path => path !== '')
  if (listed.length > 0) return loadFiles(create, listed)
  const inHome = join(environment['HOME'] ?? '', '.kube', 'config')
  if (environment['HOME'] !== undefined && existsSync(inHome)) return loadFiles(create, [inHome])
  throw new WatchError(
    'config-invalid',
    `no cluster to talk to: not running in one, $KUBECONFIG is not set and there is no ${inHome}; give a kubeconfig or manifests`,
  )
}

/** Merges as kubectl does: the first file that sets `current-context` decides it. */
function loadFiles(create: () => KubeConfig, paths: readonly string[]): KubeConfig {
  const config = create()
  for (const path of paths) {
    try {
      const next = create()
      next.loadFromFile(path)
      const keepsContext = Boolean(config.currentContext)
      config.mergeConfig(next, keepsContext)
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new WatchError('config-invalid', `cannot read kubeconfig "${path}": ${reason}`, { cause })
    }
  }
  return config
}
