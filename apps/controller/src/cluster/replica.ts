// Who this process is among the replicas of this controller.
import { readFileSync } from 'node:fs'

/** One running copy of the controller. */
export interface Replica {
  /** Unique among all processes that ever run; what a Lease names as its holder. */
  readonly identity: string
  /** Its own namespace: of its pod, or the one the kubeconfig works in; `undefined` when nothing says so. */
  readonly namespace: string | undefined
  /** `undefined` when it doesn't run as a pod, or its pod spec doesn't tell (POD_NAME). */
  readonly podName: string | undefined
}

/** Where to look. */
export interface ReplicaOptions {
  /** The process's environment: `POD_NAME` and `POD_NAMESPACE` are read from it (downward API). */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Stands for the pod's name where that isn't known. */
  readonly hostname: string
  /** In [0, 1). */
  readonly random: () => number
  /** Namespace of the kubeconfig's context; the last one to be asked. */
  readonly contextNamespace?: string | undefined
  /** Put before the path of the service account's file; for tests. Default: none. */
  readonly filesystemRoot?: string
}

const namespacePath = '/var/run/secrets/kubernetes.io/serviceaccount/namespace'
const suffixLength = 8

/**
 * The namespace is POD_NAMESPACE, else that of the mounted service account, else that of the context.
 *
 * The identity ends in random letters even for a pod: a container that was restarted, or a pod that was replaced while its node
 * was cut off, has the name of one that may still believe it leads.
 */
export function replicaOf(options: ReplicaOptions): Replica {
  const { environment, hostname, random, contextNamespace } = options
  const podName = given(environment['POD_NAME'])
  return {
    identity: `${podName ?? hostname}_${suffix(random)}`,
    namespace:
      given(environment['POD_NAMESPACE']) ??
      serviceAccountNamespace(options.filesystemRoot ?? '') ??
      given(contextNamespace),
    podName,
  }
}

function serviceAccountNamespace(root: string): string | undefined {
  try {
    return given(readFileSync(root + namespacePath, 'utf8'))
  } catch {
    // Not in a cluster, or the token isn't mounted.
    return undefined
  }
}

function given(text: string | undefined): string | undefined {
  const trimmed = text?.trim()
  return trimmed === '' ? undefined : trimmed
}

function suffix(random: () => number): string {
  return Array.from({ length: suffixLength }, () => Math.floor(random() * 36).toString(36)).join('')
}
