import { fileURLToPath } from 'node:url'
import { manifestSource } from '@ingresskit/kubernetes-watch'
import type { Controller } from '../controller.ts'
import { demoSecrets } from '../demo/demo-secrets.ts'
import { demoSource } from '../demo/demo-source.ts'
import { type PodEvent, PodFleet } from '../demo/pod-fleet.ts'
import { createLogger } from '../log.ts'
import type { ServeOptions } from '../options/option-table.ts'
import { serveUntilSignal } from './serve.ts'

/** `ingresskit demo`: serves `--manifests`, or the bundled tomcat site, with echo backends in place of the pods. */
export async function runDemo(options: ServeOptions): Promise<number> {
  const colours = process.stdout.isTTY ? 'on' : 'off'
  const log = createLogger({
    level: options['log-level'],
    format: process.stdout.isTTY ? 'pretty' : options['log-format'],
    colours,
  })
  const paths = options.manifests.length > 0 ? options.manifests : bundledSite()
  const fleet = new PodFleet(event => {
    log.info(describe(event))
    source.podsChanged()
  })
  const source = demoSource({ manifests: manifestSource({ paths }), paths, fleet, secrets: demoSecrets })
  return serveUntilSignal(options, log, {
    chosen: async () => ({ source, admission: 'none' }),
    onReady: controller => process.stdout.write(whatToTry(controller, paths, fleet)),
  })
}

function bundledSite(): readonly string[] {
  return ['pods', 'https'].map(part => fileURLToPath(new URL(`../../../../examples/tomcat/${part}`, import.meta.url)))
}

function describe({ kind, pod }: PodEvent): string {
  return `pod ${pod.name} ${kind === 'started' ? `listens on 127.0.0.1:${pod.port}, process ${pod.pid}` : kind}`
}

function whatToTry({ ports, snapshot }: Controller, paths: readonly string[], fleet: PodFleet): string {
  const hosts = new Set(
    [...snapshot().translation.table.hosts()].filter(host => host !== undefined && !host.startsWith('*')),
  )
  const lines = ['', 'Try, in another terminal:']
  for (const host of [...hosts].slice(0, 3)) {
    lines.push(`  curl --resolve ${host}:${ports.http}:127.0.0.1 http://${host}:${ports.http}/`)
    lines.push(`  curl --resolve ${host}:${ports.https}:127.0.0.1 --insecure https://${host}:${ports.https}/`)
    lines.push(`  curl 'http://127.0.0.1:${ports.admin}/api/v1/explain?url=http://${host}/'`)
  }
  const [pod] = fleet.pods
  lines.push('Watch the traffic follow:')
  if (pod !== undefined)
    lines.push(`  kill ${pod.pid}                  # a pod ends; another takes its place after 3 s`)
  lines.push(`  edit ${paths.join(' or ')}`)
  lines.push('Ctrl-C drains and ends the demo.', '')
  return `${lines.join('\n')}\n`
}
