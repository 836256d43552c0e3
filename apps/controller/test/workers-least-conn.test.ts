/** least-conn with several workers: each sees the requests in flight of all of them. */

import { echoBackend, type EchoBackend } from '@ingresskit/testkit'
import type { ServerResponse } from 'node:http'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { eventually } from './command/support/eventually.ts'
import { ask, type Answer } from './command/support/http-client.ts'
import { killCommands, startServe, type RunningServer } from './command/support/ingresskit-process.ts'
import { manifestFolder, removeManifestFolders, service } from './command/support/manifests.ts'
import { counterSum, parseMetrics } from './command/support/prometheus-text.ts'
import { ingressOf } from './support/kubernetes-objects.ts'

const backendCount = 6
const requestCount = 24

let server: RunningServer
let backends: readonly EchoBackend[]
/** Requests that wait for the test, by backend. */
const held: ServerResponse[][] = Array.from({ length: backendCount }, () => [])

beforeAll(async () => {
  backends = await Promise.all(
    held.map((waiting, index) =>
      echoBackend({
        name: `b${index}`,
        handle: (_request, response) => {
          waiting.push(response)
          return true
        },
      }),
    ),
  )
  const { path } = await manifestFolder({
    'site.yaml': [
      ...service(
        'web',
        backends.map(({ port }) => port),
      ),
      ingressOf({
        name: 'web',
        host: 'web.test',
        paths: [{ service: 'web' }],
        annotations: { 'ingresskit.dev/load-balance': 'least-conn' },
      }),
    ],
  })
  server = await startServe(path, ['--workers', '2'])
})
afterAll(async () => {
  await killCommands()
  await removeManifestFolders()
  await Promise.all(backends.map(backend => backend.close()))
})

const counts = (): readonly number[] => held.map(waiting => waiting.length)
const total = (): number => counts().reduce((sum, count) => sum + count, 0)
const inFlight = async (): Promise<number> =>
  counterSum(parseMetrics((await ask(server.admin, '/metrics')).body), /^ingresskit_endpoint_requests_in_flight$/, {
    service: 'web',
  })

it('gives each request to an endpoint that has the fewest over all workers, and counts all of them', async () => {
  const answers: Promise<Answer>[] = []
  for (let sent = 0; sent < requestCount; sent++) {
    // On a new connection, which may reach either worker.
    answers.push(ask(server.http, `/${sent}`, { host: 'web.test' }))
    await eventually(() => expect(total()).toBe(sent + 1))
    expect(Math.max(...counts()) - Math.min(...counts()), `after ${sent + 1}: ${counts().join(' ')}`).toBeLessThan(2)
  }
  expect(await inFlight()).toBe(requestCount)
  for (const waiting of held) for (const response of waiting.splice(0)) response.end('done')
  expect((await Promise.all(answers)).map(({ status }) => status)).toEqual(answers.map(() => 200))
  await eventually(async () => expect(await inFlight()).toBe(0))
})
