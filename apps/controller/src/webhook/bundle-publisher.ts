// Keeps a replica's authorities in the ValidatingWebhookConfiguration, which all replicas write.
import { type ApiFailure, callApi, type ClusterApi } from '@ingresskit/kubernetes-watch'
import { mergeBundle } from './ca-bundle.ts'

/** Whether the authorities are in the bundle. */
export type PublishOutcome =
  /** All of them, as the API server said just now. */
  | {
      readonly kind: 'published'
      /** Those that were put in only now. */
      readonly added: readonly string[]
    }
  | {
      readonly kind: 'failed'
      /** What is wrong and what to do about it. */
      readonly message: string
      /** Those that are known not to be in it; empty when it could not be read. */
      readonly missing: readonly string[]
    }

/** Writes the part of one replica. */
export interface BundlePublisher {
  /**
   * Makes sure that exactly these authorities (PEM) of this replica are in the bundle. One GET when they are, one PUT more when not;
   * again at most `maxAttempts` times when somebody else wrote at the same time. Never rejects.
   */
  publish(authorities: readonly string[], signal: AbortSignal): Promise<PublishOutcome>
}

/** Where the bundle is, and whose part of it this is. */
export interface BundlePublisherOptions {
  readonly api: ClusterApi
  /** Name of the ValidatingWebhookConfiguration. */
  readonly configuration: string
  /** The Service that its webhooks call us by; webhooks that call anything else are left alone. */
  readonly service: { readonly namespace: string; readonly name: string }
  /** Name of this replica, which no other one has at the same time; a restarted container has it again. */
  readonly replica: string
  /** Milliseconds since the epoch. */
  readonly now: () => number
}

const maxAttempts = 5
const conflict = 409

export function bundlePublisher(options: BundlePublisherOptions): BundlePublisher {
  const { api, configuration } = options
  const path = `/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/${encodeURIComponent(configuration)}`
  const attempt = async (
    authorities: readonly string[],
    signal: AbortSignal,
  ): Promise<PublishOutcome | { readonly kind: 'conflict' }> => {
    const read = await callApi(api, { method: 'GET', path, signal })
    if (read.kind === 'failed') {
      const missing = read.failure.status === 404 ? authorities : []
      return failed('get', read.failure, missing)
    }
    const edit = withAuthorities(read.object, authorities)
    if (edit.ours === 0) return { kind: 'failed', message: notOurs(), missing: authorities }
    if (edit.object === undefined) return { kind: 'published', added: [] }
    const written = await callApi(api, { method: 'PUT', path, body: edit.object, signal })
    if (written.kind === 'ok') return { kind: 'published', added: edit.added }
    return written.failure.status === conflict ? { kind: 'conflict' } : failed('update', written.failure, edit.added)
  }

  const withAuthorities = (
    object: Readonly<Record<string, unknown>>,
    authorities: readonly string[],
  ): { readonly ours: number; readonly added: readonly string[]; readonly object: unknown } => {
    const share = { replica: options.replica, authorities }
    const added = new Set<string>()
    let ours = 0
    let changes = 0
    const webhooks = (Array.isArray(object['webhooks']) ? object['webhooks'] : []).map((webhook: unknown) => {
      const clientConfig = record(record(webhook)['clientConfig'])
      const service = record(clientConfig['service'])
      if (service['name'] !== options.service.name || service['namespace'] !== options.service.namespace) return webhook
      ours += 1
      const before = typeof clientConfig['caBundle'] === 'string' ? decoded(clientConfig['caBundle']) : ''
      const merged = mergeBundle(before, share, options.now())
      for (const pem of merged.added) added.add(pem)
      if (merged.pem === before) return webhook
      changes += 1
      return { ...record(webhook), clientConfig: { ...clientConfig, caBundle: encoded(merged.pem) } }
    })
    return { ours, added: [...added], object: changes === 0 ? undefined : { ...object, webhooks } }
  }

  const notOurs = (): string =>
    `no webhook of ValidatingWebhookConfiguration "${configuration}" calls the Service ${options.service.namespace}/${options.service.name}; correct its clientConfig.service, --webhook-configuration or --service`

  const failed = (verb: 'get' | 'update', failure: ApiFailure, missing: readonly string[]): PublishOutcome => ({
    kind: 'failed',
    missing,
    message: `cannot ${verb} ValidatingWebhookConfiguration "${configuration}": ${failure.status === 0 ? '' : `${failure.status} `}${failure.message}; ${remedy(failure.status)}`,
  })

  return {
    publish: async (authorities, signal) => {
      for (let attempts = 0; attempts < maxAttempts; attempts += 1) {
        const outcome = await attempt(authorities, signal)
        if (outcome.kind !== 'conflict') return outcome
      }
      return {
        kind: 'failed',
        message: `ValidatingWebhookConfiguration "${configuration}" is written by somebody else all the time; it is tried again`,
        missing: [],
      }
    },
  }
}

function remedy(status: number): string {
  switch (status) {
    case 401:
      return 'check the token or certificate of the service account'
    case 403:
      return 'grant the RBAC verbs "get" and "update" on "validatingwebhookconfigurations" with this resourceName'
    case 404:
      return 'create it, or correct --webhook-configuration'
    default:
      return 'it is tried again'
  }
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {}
}

function decoded(base64: string): string {
  return Buffer.from(base64, 'base64').toString('latin1')
}

function encoded(pem: string): string {
  return Buffer.from(pem, 'latin1').toString('base64')
}
