/** Workers that cannot start, and workers that end again and again. */

import { createServer } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { eventually } from './command/support/eventually.ts'
import { ask } from './command/support/http-client.ts'
import { manifestFolder, removeManifestFolders } from './command/support/manifests.ts'
import { counterSum, parseMetrics } from './command/support/prometheus-text.ts'
import { inProcessController } from './support/in-process-controller.ts'

afterEach(removeManifestFolders)

/** A port that is free now. */
async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  await new Promise(resolve => {
    server.close(resolve)
  })
  return typeof address === 'object' ? (address?.port ?? 0) : 0
}

it.each([0, 1, 2])('does not start when the worker %i of three cannot, and leaves nothing open', async broken => {
  const { path } = await manifestFolder()
  const port = await freePort()
  const { controller, threads } = inProcessController({
    manifests: path,
    workers: 3,
    flags: { 'http-port': String(port) },
    failsAtStart: started => (started === broken ? 'no luck today' : undefined),
  })
  await expect(controller).rejects.toThrow(/no luck today/)
  expect(threads).toHaveLength(3)
  await expect(ask(port, '/')).rejects.toThrow(/ECONNREFUSED/)
  // A thread that has ended has no number any more.
  expect(threads.map(({ threadId }) => threadId)).toEqual([-1, -1, -1])
})

it('does not start when a worker ends that had its ports open, before all have', async () => {
  const { path } = await manifestFolder()
  const { controller, threads } = inProcessController({
    manifests: path,
    workers: 2,
    onWorker: (worker, started) => {
      worker.on('message', ({ kind }: { readonly kind: string }) => {
        if (started === 0 && kind === 'listening') void worker.terminate()
      })
    },
  })
  await expect(controller).rejects.toThrow(/worker 1 ended/)
  expect(threads.map(({ threadId }) => threadId)).toEqual([-1, -1])
})

it('goes on trying while replacements end at their start, less and less often, and says so each time', async () => {
  const { path } = await manifestFolder()
  const failures = 3
  const { controller, threads, logLines } = inProcessController({
    manifests: path,
    workers: 2,
    failsAtStart: started => (started >= 2 && started < 2 + failures ? 'no luck today' : undefined),
  })
  const { ports, stop } = await controller
  await threads[0]?.terminate()
  await eventually(() => expect(logLines.filter(({ msg }) => String(msg).endsWith('was replaced'))).toHaveLength(1))
  const ends = logLines.filter(({ delayMs }) => delayMs !== undefined)
  expect(ends.map(({ delayMs }) => delayMs)).toEqual([0, 100, 200, 400])
  expect(ends.slice(1).map(({ reason }) => reason)).toEqual(Array(failures).fill('no luck today'))
  const { body } = await ask(ports.admin, '/metrics')
  expect(counterSum(parseMetrics(body), /^ingresskit_worker_restarts_total$/, {})).toBe(1 + failures)
  expect(await stop()).toEqual({ cut: 0 })
})
