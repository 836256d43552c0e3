/** `demo`: the bundled site with real processes behind it, as somebody who tries it out would use it. */

import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from 'vitest'
import { eventually } from './support/eventually.ts'
import { ask } from './support/http-client.ts'
import { freePorts, killCommands, readyServer, startCommand, type RunningServer } from './support/ingresskit-process.ts'
import { startLoad } from './support/keep-alive-load.ts'
import { manifestFolder, removeManifestFolders } from './support/manifests.ts'

const host = 'tomcat.lucky.com'
const example = fileURLToPath(new URL('../../../../examples/tomcat/', import.meta.url))
/** Process ids of the pods seen, so that a failed test leaves none of them behind. */
const podPids = new Set<number>()

afterEach(async () => {
  await killCommands()
  for (const pid of podPids) if (isAlive(pid)) process.kill(pid, 'SIGKILL')
  podPids.clear()
  await removeManifestFolders()
})

test('the demo answers on HTTP and HTTPS, shares requests evenly, survives the death of a pod and leaves no process', async () => {
  const demo = await startDemo()
  expect((await ask(demo.http, '/', { host })).status).toBe(200)
  expect((await ask(demo.https, '/', { host, ca: 'any' })).status).toBe(200)

  const shares = new Map<string, number>()
  for (let i = 0; i < 300; i++) {
    const pod = await podThatAnswers(demo)
    shares.set(pod, (shares.get(pod) ?? 0) + 1)
  }
  expect(shares.size).toBe(3)
  for (const share of shares.values()) expect(Math.abs(share - 100)).toBeLessThanOrEqual(1)

  const load = startLoad(demo.http, { host, clients: 4, agent: { keepAlive: true, maxSockets: 1 } })
  await eventually(() => expect(load.finishedCount()).toBeGreaterThan(50))
  const [victim] = pidsOf(demo)
  if (victim === undefined) throw new Error(`no pid of a pod in the log: ${demo.output()}`)
  process.kill(victim, 'SIGKILL')
  const before = load.finishedCount()
  await eventually(() => expect(load.finishedCount()).toBeGreaterThan(before + 200))
  // Another pod takes the place of the dead one.
  await eventually(() => expect(pidsOf(demo).filter(isAlive)).toHaveLength(3))
  await eventually(async () => expect((await podsSeen(demo)).size).toBe(3))
  load.stop()
  await load.stopped
  expect(load.failures()).toEqual([])

  demo.signal('SIGTERM')
  expect(await demo.finished).toMatchObject({ status: 0 })
  expect(pidsOf(demo).filter(isAlive)).toEqual([])
})

test('editing the number of replicas starts and ends pods, and fails no request', async () => {
  const folder = await manifestFolder()
  const [pods, site] = [join(folder.path, 'pods'), join(folder.path, 'https')]
  await Promise.all([
    cp(join(example, 'pods'), pods, { recursive: true }),
    cp(join(example, 'https'), site, { recursive: true }),
  ])
  const demo = await startDemo('--manifests', pods, '--manifests', site)
  const load = startLoad(demo.http, { host, clients: 2, agent: { keepAlive: true, maxSockets: 1 } })
  for (const replicas of [5, 1, 3]) {
    await scale(join(pods, 'deployment.yaml'), replicas)
    await eventually(() => expect(pidsOf(demo).filter(isAlive)).toHaveLength(replicas), 15_000)
    await eventually(async () => expect((await podsSeen(demo)).size).toBe(replicas))
  }
  load.stop()
  await load.stopped
  expect(load.failures()).toEqual([])

  // Nobody is left to answer: the Service exists and has no endpoint.
  await scale(join(pods, 'deployment.yaml'), 0)
  await eventually(async () => expect((await ask(demo.http, '/', { host })).status).toBe(503), 15_000)
  await scale(join(pods, 'deployment.yaml'), 2)
  await eventually(async () => expect((await podsSeen(demo)).size).toBe(2), 15_000)

  demo.signal('SIGTERM')
  expect(await demo.finished).toMatchObject({ status: 0 })
  expect(pidsOf(demo).filter(isAlive)).toEqual([])
}, 45_000)

test('no pod outlives a demo that is killed', async () => {
  const demo = await startDemo()
  expect(pidsOf(demo).filter(isAlive)).toHaveLength(3)
  demo.signal('SIGKILL')
  await demo.finished
  await eventually(() => expect(pidsOf(demo).filter(isAlive)).toEqual([]))
})

async function startDemo(...more: readonly string[]): Promise<RunningServer> {
  return readyServer(startCommand(['demo', ...freePorts, '--bind', '127.0.0.1', ...more]))
}

async function scale(file: string, replicas: number): Promise<void> {
  const text = await readFile(file, 'utf8')
  expect(text).toMatch(/replicas: \d+/)
  await writeFile(file, text.replace(/replicas: \d+/, `replicas: ${replicas}`))
}

async function podThatAnswers(demo: RunningServer): Promise<string> {
  const { status, headers } = await ask(demo.http, '/', { host })
  const pod = headers['x-pod']
  if (status !== 200 || typeof pod !== 'string') throw new Error(`status ${status} from pod ${String(pod)}`)
  return pod
}

/** The pods that answer thirty requests. */
async function podsSeen(demo: RunningServer): Promise<ReadonlySet<string>> {
  const pods = new Set<string>()
  for (let i = 0; i < 30; i++) pods.add(await podThatAnswers(demo))
  return pods
}

/** Of all pods that the log names, dead or alive. */
function pidsOf(demo: RunningServer): readonly number[] {
  const pids = [...demo.output().matchAll(/pod \S+ listens on \S+, process (\d+)/g)].map(match => Number(match[1]))
  for (const pid of pids) podPids.add(pid)
  return pids
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
