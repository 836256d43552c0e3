import { hostname } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import { type ClusterApi, clusterApi, timerSchedule } from '@ingresskit/kubernetes-watch'
import { exitStatus } from '../exit-status.ts'
import { createLogger } from '../log.ts'
import { UsageError } from '../options/usage-error.ts'
import type { WebhookCommandOptions } from '../options/webhook-options.ts'
import { clusterConfigOf } from '../source-of.ts'
import { type CertificateOrigin, startWebhook, type Webhook } from '../webhook/start-webhook.ts'
import { shutdownSignals } from './shutdown-signals.ts'

/**
 * `ingresskit webhook`: answers admission reviews until SIGTERM or SIGINT, then drains; a second signal ends the waiting.
 *
 * Resolves with 0 after a clean end, 1 when it could not start.
 *
 * @throws UsageError when only one of the two certificate files is given.
 */
export async function runWebhook(options: WebhookCommandOptions): Promise<number> {
  const files = certificateFiles(options)
  const colours = process.stdout.isTTY ? 'on' : 'off'
  const log = createLogger({ level: options['log-level'], format: options['log-format'], colours })
  const signals = shutdownSignals()
  let api: ClusterApi | undefined
  let webhook: Webhook
  try {
    if (files === undefined) api = clusterApi(await clusterConfigOf(options))
    const certificate = files ?? ownCertificate(options, api)
    webhook = await startWebhook({
      host: options.bind,
      port: options['webhook-port'],
      classes: {
        names: options['ingress-class'],
        withoutClass: options['watch-ingress-without-class'] ? 'serve' : 'ignore',
      },
      certificate,
      log,
      now: Date.now,
      schedule: timerSchedule,
      onReady: port => log.info({ port }, 'ready'),
    })
  } catch (error) {
    log.fatal(`cannot start: ${error instanceof Error ? error.message : String(error)}`)
    await api?.close()
    return exitStatus.failed
  }
  log.info({ port: webhook.port }, 'listening')
  const signal = await signals.first
  log.info({ signal }, 'draining')
  webhook.drain()
  // The API server goes on calling until it learns that the pod is going.
  await Promise.race([pause(options['drain-delay'] * 1000, undefined, { ref: false }), signals.second])
  await webhook.close()
  await api?.close()
  log.info('stopped')
  return exitStatus.ok
}

function certificateFiles(options: WebhookCommandOptions): CertificateOrigin | undefined {
  const { 'tls-cert-file': certificateFile, 'tls-key-file': keyFile } = options
  if (certificateFile === undefined && keyFile === undefined) return undefined
  if (certificateFile === undefined) throw new UsageError('--tls-key-file: give --tls-cert-file too')
  if (keyFile === undefined) throw new UsageError('--tls-cert-file: give --tls-key-file too')
  return { kind: 'files', certificateFile, keyFile }
}

function ownCertificate(options: WebhookCommandOptions, api: ClusterApi | undefined): CertificateOrigin {
  if (api === undefined) throw new Error('there is no cluster to publish the certificate authority in')
  const [namespace = '', name = ''] = options.service.split('/')
  return {
    kind: 'own',
    api,
    configuration: options['webhook-configuration'],
    service: { namespace, name },
    // A pod's host name is its own name, and stays the same when its container is started again.
    replica: process.env['POD_NAME'] ?? hostname(),
    random: Math.random,
  }
}
