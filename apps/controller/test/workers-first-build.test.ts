/** Worker threads whose first snapshot takes long to build: they carry no traffic before, and know what was found out meanwhile. */

import { echoBackend } from '@ingresskit/testkit'
import type { Worker } from 'node:worker_threads'
import { afterEach, expect, it } from 'vitest'
import type { FromWorker } from '../src/workers/worker-messages.ts'
import { annotatedService } from './balancing/support/balanced-site.ts'
import { eventually } from './command/support/eventually.ts'
import { ingress, manifestFolder, removeManifestFolders, service } from './command/support/manifests.ts'
import { inProcessController } from './support/in-process-controller.ts'
import { answeredBy } from './support/send-request.ts'

afterEach(removeManifestFolders)

const check = { 'ingresskit.dev/health-check': 'path=/up, interval=100ms, timeout=1s, unhealthy=1, healthy=1' }
/** Nobody asks for them; they make the build long. */
const others = Array.from({ length: 200 }, (_, index) => `other-${index}`)

it('open their ports once it is live, and avoid who was found unhealthy before they began', async () => {
  await using well = await backend('well')
  await using sick = await backend('sick')
  const { path } = await manifestFolder({
    'others.yaml': others.flatMap(name => [
      ...service(name, [well.port]),
      ingress({ name, host: `${name}.test`, paths: [{ service: name }] }),
    ]),
    'site.yaml': [
      ...annotatedService('site', [well.port, sick.port], check),
      ingress({ name: 'site', host: 'site.test', paths: [{ service: 'site' }] }),
    ],
  })
  const said = new Map<Worker, string[]>()
  const running = inProcessController({
    manifests: path,
    workers: 2,
    onWorker: worker => {
      const kinds: string[] = []
      said.set(worker, kinds)
      worker.on('message', ({ kind }: FromWorker) => kinds.push(kind))
    },
  })
  const { ports, stop } = await running.controller
  const answers = async (): Promise<ReadonlySet<string>> => {
    const names = new Set<string>()
    for (let sent = 0; sent < 20; sent++) names.add(String(await answeredBy(ports.http, { host: 'site.test' })))
    return names
  }
  const replaced = async (count: number): Promise<void> =>
    eventually(() => expect(running.logLines.filter(({ msg }) => String(msg).endsWith('replaced'))).toHaveLength(count))
  try {
    await eventually(async () => expect(await answers()).toEqual(new Set(['well'])))
    for (const index of [0, 1]) {
      await running.threads[index]?.terminate()
      await replaced(index + 1)
    }
    expect(await answers()).toEqual(new Set(['well']))
    expect(said.size).toBe(4)
    for (const kinds of said.values()) {
      expect(kinds.filter(kind => kind === 'published' || kind === 'listening').slice(0, 2)).toEqual([
        'published',
        'listening',
      ])
    }
  } finally {
    await stop()
  }
})

/** Answers with its name; one named `sick` fails its health checks. */
async function backend(name: string): Promise<{ readonly port: number } & AsyncDisposable> {
  const { port, close } = await echoBackend({
    name,
    handle: (request, response) => {
      if (name !== 'sick' || request.url !== '/up') return false
      response.writeHead(500).end()
      return true
    },
  })
  return { port, [Symbol.asyncDispose]: close }
}
