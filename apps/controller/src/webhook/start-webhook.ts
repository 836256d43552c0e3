// Puts the webhook together: a certificate, the HTTPS server that uses it, and the bundle that vouches for it.
import type { ClusterApi, Schedule } from '@ingresskit/kubernetes-watch'
import type { Logger } from '../log.ts'
import type { Identity } from '../self-signed.ts'
import { bundlePublisher } from './bundle-publisher.ts'
import { followCertificateFiles } from './certificate-files.ts'
import { startRotation, validityMs } from './certificate-rotation.ts'
import type { OwnClasses } from './check-ingress.ts'
import { issueIdentity } from './issue-identity.ts'
import { reviewIngress } from './review-ingress.ts'
import { reviewLog } from './review-log.ts'
import { startWebhookServer, type WebhookServer } from './webhook-server.ts'

/** Where the certificate comes from. */
export type CertificateOrigin =
  /** Made here, and vouched for in the ValidatingWebhookConfiguration. */
  | {
      readonly kind: 'own'
      readonly api: ClusterApi
      /** Name of the ValidatingWebhookConfiguration. */
      readonly configuration: string
      /** The Service that API servers call. */
      readonly service: { readonly namespace: string; readonly name: string }
      /** Name that no other replica has at the same time: of the pod. */
      readonly replica: string
      /** In [0, 1). */
      readonly random: () => number
    }
  /** Made by somebody else, who also sees to the bundle. */
  | { readonly kind: 'files'; readonly certificateFile: string; readonly keyFile: string }

/** What a webhook works with; time is the caller's. */
export interface WebhookOptions {
  readonly host: string
  /** 0 = any free port. */
  readonly port: number
  readonly classes: OwnClasses
  readonly certificate: CertificateOrigin
  readonly log: Logger
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly schedule: Schedule
  /** Called once, when it listens and `/readyz` is 200 for the first time. */
  onReady(port: number): void
}

/** A webhook that listens, and is ready when API servers can verify its certificate. */
export interface Webhook {
  readonly port: number
  /** Why `/readyz` is not 200, or `undefined` when it is. */
  notReady(): string | undefined
  /** From now on `/readyz` is 503 and answers close their connections; reviews are answered as before. */
  drain(): void
  /** Ends listening, then takes its authority out of the bundle. Never rejects. */
  close(): Promise<void>
}

/** Rejects when the port cannot be had, or the certificate files cannot be used. */
export async function startWebhook(options: WebhookOptions): Promise<Webhook> {
  const { log, classes } = options
  const parts: Parts = { server: undefined, identity: undefined, isVerifiable: 'no', state: 'open' }
  const certificate = await startCertificate(options, {
    use: identity => {
      parts.identity = identity
      parts.server?.use(identity)
    },
    verifiable: () => {
      parts.isVerifiable = 'yes'
      if (parts.server !== undefined) options.onReady(parts.server.port)
    },
  })
  const notReady = (): string | undefined => (parts.state === 'draining' ? 'draining' : certificate.notReady())
  try {
    if (parts.identity === undefined) throw new Error('there is no certificate')
    parts.server = await startWebhookServer({
      host: options.host,
      port: options.port,
      identity: parts.identity,
      review: body => reviewIngress(body, classes),
      notReady,
      ...reviewLog(log, options.now),
    })
  } catch (error) {
    await certificate.close()
    throw error
  }
  const { server } = parts
  // It may have been renewed meanwhile.
  server.use(parts.identity)
  if (parts.isVerifiable === 'yes') options.onReady(server.port)
  return {
    port: server.port,
    notReady,
    drain: () => {
      parts.state = 'draining'
      server.drain()
    },
    close: async () => {
      parts.state = 'draining'
      await server.close()
      await certificate.close()
    },
  }
}

/** What there is so far: the certificate comes first, and may change while the server starts. */
interface Parts {
  server: WebhookServer | undefined
  identity: Identity | undefined
  isVerifiable: 'no' | 'yes'
  state: 'open' | 'draining'
}

interface CertificateUser {
  use(identity: Identity): void
  /** Clients can verify it, for the first time. */
  verifiable(): void
}

interface ServedCertificate {
  notReady(): string | undefined
  close(): Promise<void>
}

async function startCertificate(
  { certificate, log, now, schedule }: WebhookOptions,
  { use, verifiable }: CertificateUser,
): Promise<ServedCertificate> {
  const onFailure = (message: string): void => log.warn(message)
  if (certificate.kind === 'files') {
    const files = await followCertificateFiles({ ...certificate, use, onFailure, now, schedule })
    verifiable()
    return { notReady: () => files.notReady(), close: async () => files.close() }
  }
  const { api, configuration, service, replica, random } = certificate
  const publisher = bundlePublisher({ api, configuration, service, replica, now })
  const host = `${service.name}.${service.namespace}.svc`
  let wasReady = false
  const rotation = await startRotation({
    issue: async () =>
      issueIdentity({ nowMs: now(), validityMs, serverNames: [host, `${host}.cluster.local`], replica }),
    publish: async (authorities, signal) => publisher.publish(authorities, signal),
    use,
    onChange: reason => {
      if (reason !== undefined) log.info({ reason }, 'not ready')
      else if (wasReady) log.info('ready again')
      else {
        wasReady = true
        verifiable()
      }
    },
    onFailure,
    now,
    schedule,
    random,
  })
  return { notReady: () => rotation.notReady(), close: async () => rotation.close() }
}
