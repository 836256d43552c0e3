import { describe, expect, it } from 'vitest'
import type { ObjectSnapshot, SourceProblem } from '../src/index.ts'
import { type ClusterWorld, clusterWorld, type Reading } from './cluster-world.ts'
import { ingress } from './object-source-world.ts'
import { snapshotRecorder, type SnapshotRecorder } from './snapshot-recorder.ts'

const has =
  (key: string) =>
  ({ objects }: ObjectSnapshot): boolean =>
    objects.Ingress.has(key)

interface Live extends AsyncDisposable {
  readonly world: ClusterWorld
  readonly recorder: SnapshotRecorder
  readonly problems: readonly SourceProblem[]
  /** How often all Ingresses were asked for so far. */
  readings(): number
}

/** A source that has seen the Ingress `shop/a` and watches. */
async function live(reading: Reading): Promise<Live> {
  const world = await clusterWorld({}, reading)
  await world.put(ingress('shop/a', 'a.example'))
  const recorder = snapshotRecorder()
  const problems: SourceProblem[] = []
  await world.source({ onProblem: problem => problems.push(problem) }).start(recorder.listener)
  await world.server.watchOpened('ingresses')
  return {
    world,
    recorder,
    problems,
    readings: () => world.readings('ingresses'),
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  }
}

describe.each(['initial events', 'pages'] as const)(
  'clusterSource, reading %s, when the API server fails,',
  reading => {
    it('goes on from where a watch was cut, without listing again', async () => {
      await using at = await live(reading)
      for (const mode of ['end', 'reset'] as const) {
        at.world.server.cutWatches(mode)
        await at.world.put(ingress(`shop/${mode}`, 'x.example'))
        await at.recorder.until(has(`shop/${mode}`))
      }
      expect(at.readings()).toBe(1)
    })

    it('lists again when its place in the history is too old, and drops nothing meanwhile', async () => {
      await using at = await live(reading)
      at.world.server.failNext({ verb: 'watch', plural: 'ingresses', answer: { kind: 'reset' } })
      at.world.server.cutWatches('reset', 'ingresses')
      await at.world.put(ingress('shop/b', 'b.example'))
      at.world.server.compact()
      const snapshot = await at.recorder.until(has('shop/b'))
      expect([...snapshot.objects.Ingress.keys()].sort()).toEqual(['shop/a', 'shop/b'])
      expect(at.readings()).toBe(2)
    })

    it('reports an ERROR in a watch, and reads everything again', async () => {
      await using at = await live(reading)
      const status = { kind: 'Status', code: 500, message: 'etcd is ill' }
      at.world.server.sendRaw('ingresses', `${JSON.stringify({ type: 'ERROR', object: status })}\n`)
      await at.world.server.until(() => at.readings() === 2)
      await at.world.put(ingress('shop/b', 'b.example'))
      const snapshot = await at.recorder.until(
        ({ objects, problems }) => objects.Ingress.has('shop/b') && problems.length === 0,
      )
      expect(snapshot.objects.Ingress.has('shop/a')).toBe(true)
      expect(at.problems).toMatchObject([{ reason: 'WatchFailed', kind: 'Ingress' }])
      expect(at.problems[0]?.message).toContain('500 etcd is ill')
    })

    it('takes nothing over from a reading that was cut', async () => {
      await using at = await live(reading)
      const half = '{"metadata":{"name":"half","namespace":"shop"}}'
      const text =
        reading === 'pages'
          ? `{"metadata":{"resourceVersion":"9"},"items":[${half},`
          : `{"type":"ADDED","object":${half}}\n{"type":`
      const verb = reading === 'pages' ? 'list' : 'watch'
      at.world.server.failNext({ verb, plural: 'ingresses', answer: { kind: 'body', text, ending: 'reset' } })
      at.world.server.sendRaw('ingresses', 'malformed\n')
      await at.world.server.until(() => at.readings() === 3)
      await at.world.put(ingress('shop/b', 'b.example'))
      const snapshot = await at.recorder.until(has('shop/b'))
      expect([...snapshot.objects.Ingress.keys()].sort()).toEqual(['shop/a', 'shop/b'])
    })

    it('waits as long as Retry-After asks, and goes on from where it was', async () => {
      await using at = await live(reading)
      const answer = { kind: 'status', code: 429, retryAfterSeconds: 7 } as const
      at.world.server.failNext({ verb: 'watch', plural: 'ingresses', answer })
      at.world.server.cutWatches('end', 'ingresses')
      await at.world.put(ingress('shop/b', 'b.example'))
      await at.recorder.until(has('shop/b'))
      expect(at.world.time.delays()).toContain(7000)
      expect(at.readings()).toBe(1)
    })

    it('keeps serving while the API server is away for long, with growing delays, and catches up', async () => {
      await using at = await live(reading)
      at.world.server.failNext({ times: 30, answer: { kind: 'status', code: 503 } })
      at.world.server.cutWatches('reset')
      const away = await at.recorder.until(
        ({ problems }) => problems.length === 4 && problems.every(({ message }) => message.includes(': 503')),
      )
      expect(away.objects.Ingress.has('shop/a')).toBe(true)
      expect(away.problems.map(({ kind }) => kind)).toEqual(['Ingress', 'IngressClass', 'Service', 'EndpointSlice'])
      await at.world.put(ingress('shop/b', 'b.example'))
      await at.recorder.until(({ objects, problems }) => objects.Ingress.has('shop/b') && problems.length === 0)
      const delays = at.world.time.delays().filter(delayMs => delayMs !== 50 && delayMs < 90_000)
      expect(delays.every(delayMs => delayMs >= 800 && delayMs <= 30_000)).toBe(true)
      expect(Math.max(...delays)).toBeGreaterThan(10_000)
    })

    it('opens a watch anew that was silent for too long', async () => {
      await using at = await live(reading)
      const before = at.world.server.requests().filter(({ verb }) => verb === 'watch').length
      await at.world.server.watchOpened('services')
      at.world.time.release()
      await at.world.server.until(
        () => at.world.server.requests().filter(({ verb }) => verb === 'watch').length >= before + 4,
      )
      await at.world.put(ingress('shop/b', 'b.example'))
      await at.recorder.until(has('shop/b'))
      expect(at.problems).toEqual([])
    })

    it('goes on from a bookmark', async () => {
      await using at = await live(reading)
      const { server } = at.world
      const bookmark = { kind: 'Ingress', apiVersion: 'networking.k8s.io/v1', metadata: { resourceVersion: '12345' } }
      // The bookmark is the last line of the stream, so whoever sees its end has read it.
      server.sendRaw('ingresses', `${JSON.stringify({ type: 'BOOKMARK', object: bookmark })}\n`)
      server.cutWatches('end', 'ingresses')
      const resumed = (): boolean =>
        server.requests().some(({ verb, query }) => verb === 'watch' && query.get('resourceVersion') === '12345')
      await server.until(resumed)
      expect(at.readings()).toBe(1)
    })

    it('asks for bookmarks and a timeout of 5 to 10 minutes', async () => {
      await using at = await live(reading)
      const watches = at.world.server.requests().filter(({ verb }) => verb === 'watch')
      expect(watches.length).toBeGreaterThan(0)
      for (const { query } of watches) {
        expect(query.get('allowWatchBookmarks')).toBe('true')
        expect(Number(query.get('timeoutSeconds'))).toBeGreaterThanOrEqual(300)
        expect(Number(query.get('timeoutSeconds'))).toBeLessThanOrEqual(600)
      }
    })

    it('does not open watches in a hot loop when the server ends each at once', async () => {
      await using at = await live(reading)
      const before = at.world.server.requests().length
      at.world.server.failNext({ verb: 'watch', times: 20, answer: { kind: 'body', text: '', ending: 'end' } })
      at.world.server.cutWatches('end')
      await at.world.server.until(() => at.world.server.requests().length >= before + 24)
      const delays = at.world.time.delays().filter(delayMs => delayMs >= 800 && delayMs <= 30_000)
      expect(delays.length).toBeGreaterThanOrEqual(20)
    })
  },
)
