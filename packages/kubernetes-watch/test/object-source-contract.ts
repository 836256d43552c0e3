// The behaviour that every ObjectSource has, whatever it reads from.
import { describe, expect, it } from 'vitest'
import type { References, SourceProblem } from '../src/index.ts'
import {
  ingress,
  ingressClass,
  secret,
  service,
  type SourceCapabilities,
  type SourceWorld,
} from './object-source-world.ts'
import { snapshotRecorder } from './snapshot-recorder.ts'

const references = (secrets: readonly string[]): References => ({ secrets: new Set(secrets), configMaps: new Set() })
const ignore = (): void => undefined

/** Runs the suite against worlds of one kind. */
export function describeObjectSource(
  name: string,
  createWorld: () => Promise<SourceWorld>,
  capabilities: SourceCapabilities,
): void {
  describe(`${name} as an ObjectSource`, () => {
    it('starts with everything there is, by kind and key', async () => {
      await using world = await createWorld()
      await world.put(ingressClass('ingresskit'))
      await world.put(ingress('shop/web', 'a.example'))
      await world.put(service('shop/web'))
      const source = world.source()
      const snapshot = await source.start(ignore)
      expect([...snapshot.objects.IngressClass.keys()]).toEqual(['ingresskit'])
      expect([...snapshot.objects.Ingress.keys()]).toEqual(['shop/web'])
      expect([...snapshot.objects.Service.keys()]).toEqual(['shop/web'])
      expect(snapshot.objects.EndpointSlice.size).toBe(0)
      expect(snapshot.problems).toEqual([])
      expect(snapshot.objects.Ingress.get('shop/web')).toMatchObject(ingress('shop/web', 'a.example'))
      await source.close()
    })

    it('publishes a change and keeps the identity of all that did not change', async () => {
      await using world = await createWorld()
      await world.put(ingress('shop/a', 'a.example'))
      await world.put(ingress('shop/b', 'b.example'))
      await world.put(service('shop/a'))
      const source = world.source()
      const recorder = snapshotRecorder()
      const first = await source.start(recorder.listener)
      await world.put(ingress('shop/b', 'changed.example'))
      const next = await recorder.until(({ objects }) => JSON.stringify([...objects.Ingress]).includes('changed'))
      expect(next.objects.Ingress.get('shop/a')).toBe(first.objects.Ingress.get('shop/a'))
      expect(next.objects.Ingress.get('shop/b')).not.toBe(first.objects.Ingress.get('shop/b'))
      expect(next.objects.Service).toBe(first.objects.Service)
      expect(JSON.stringify([...first.objects.Ingress])).not.toContain('changed')
      await source.close()
    })

    it('publishes what came and what went', async () => {
      await using world = await createWorld()
      await world.put(service('shop/old'))
      const source = world.source()
      const recorder = snapshotRecorder()
      await source.start(recorder.listener)
      await world.put(service('shop/new'))
      await recorder.until(({ objects }) => objects.Service.has('shop/new'))
      await world.remove(service('shop/old'))
      const next = await recorder.until(({ objects }) => !objects.Service.has('shop/old'))
      expect([...next.objects.Service.keys()]).toEqual(['shop/new'])
      await source.close()
    })

    it('has followed Secrets from the first snapshot on, and later ones once they were looked up', async () => {
      await using world = await createWorld()
      await world.put(secret('shop/first', '1'))
      await world.put(secret('shop/second', '2'))
      await world.put(secret('shop/other', '3'))
      const source = world.source()
      const recorder = snapshotRecorder()
      source.follow(references(['shop/first']))
      const first = await source.start(recorder.listener)
      expect(source.settled()).toBe(true)
      expect(first.objects.Secret.has('shop/first')).toBe(true)
      expect(first.objects.Secret.has('shop/other')).toBe(capabilities.unfollowed === 'given')
      source.follow(references(['shop/first', 'shop/second', 'shop/missing']))
      const last = await recorderOrNow(recorder, first, () => source.settled())
      expect(last.objects.Secret.get('shop/second')).toMatchObject({ data: { text: 'Mg==' } })
      expect(last.objects.Secret.has('shop/missing')).toBe(false)
      await world.put(secret('shop/missing', 'late'))
      await recorder.until(({ objects }) => objects.Secret.has('shop/missing'))
      await source.close()
    })

    it('leaves other namespaces out, but never cluster-scoped objects or followed Secrets', async () => {
      await using world = await createWorld()
      for (const namespace of ['shop', 'bank', 'zoo']) {
        await world.put(service(`${namespace}/web`))
        await world.put(secret(`${namespace}/tls`, namespace))
      }
      await world.put(ingressClass('ingresskit'))
      const source = world.source({ namespaces: ['shop', 'bank'] })
      source.follow(references(['zoo/tls']))
      const { objects } = await source.start(ignore)
      expect([...objects.Service.keys()].sort()).toEqual(['bank/web', 'shop/web'])
      expect(objects.IngressClass.size).toBe(1)
      expect(objects.Secret.has('zoo/tls')).toBe(true)
      await source.close()
    })

    it('survives a listener that throws, tells of it, and calls it again at the next change', async () => {
      await using world = await createWorld()
      const problems: SourceProblem[] = []
      const source = world.source({ onProblem: problem => problems.push(problem) })
      const recorder = snapshotRecorder()
      let calls = 0
      await source.start(snapshot => {
        recorder.listener(snapshot)
        calls += 1
        if (calls === 1) throw new Error('not today')
      })
      await world.put(service('shop/a'))
      await recorder.until(({ objects }) => objects.Service.has('shop/a'))
      await world.put(service('shop/b'))
      const next = await recorder.until(({ objects }) => objects.Service.has('shop/b'))
      expect(problems.map(({ reason }) => reason)).toContain('ListenerFailed')
      expect(next.objects.Service.has('shop/a')).toBe(true)
      await source.close()
    })

    it('names the file of an object where there is one', async () => {
      await using world = await createWorld()
      await world.put(service('shop/a'))
      const source = world.source()
      const snapshot = await source.start(ignore)
      const object = snapshot.objects.Service.get('shop/a')
      const file = object && snapshot.fileOf(object)
      expect(typeof file).toBe(capabilities.fileOf === 'path' ? 'string' : 'undefined')
      await source.close()
    })

    it('starts once only, and never after it was closed', async () => {
      await using world = await createWorld()
      const source = world.source()
      await source.start(ignore)
      await expect(source.start(ignore)).rejects.toMatchObject({ name: 'WatchError', code: 'already-started' })
      await source.close()
      await source.close()
      const closed = world.source()
      await closed.close()
      await expect(closed.start(ignore)).rejects.toMatchObject({ name: 'WatchError', code: 'closed' })
    })

    it('rejects start when it is closed meanwhile', async () => {
      await using world = await createWorld()
      const source = world.source()
      const outcome = source.start(ignore).catch((error: unknown) => error)
      await source.close()
      expect(await outcome).toMatchObject({ name: 'WatchError', code: 'closed' })
    })

    it('calls no listener after it was closed', async () => {
      await using world = await createWorld()
      const source = world.source()
      const recorder = snapshotRecorder()
      await source.start(recorder.listener)
      await world.put(service('shop/a'))
      await recorder.until(({ objects }) => objects.Service.has('shop/a'))
      await source.close()
      const before = recorder.count()
      await world.put(service('shop/b'))
      // A second source sees the change for certain; by then the first one would have.
      const witness = world.source()
      const seen = await witness.start(ignore)
      expect(seen.objects.Service.has('shop/b')).toBe(true)
      await witness.close()
      expect(recorder.count()).toBe(before)
    })
  })
}

/** The newest snapshot once the condition holds, given that its coming true is published or was true from the start. */
async function recorderOrNow(
  recorder: ReturnType<typeof snapshotRecorder>,
  first: Parameters<ReturnType<typeof snapshotRecorder>['listener']>[0],
  condition: () => boolean,
): ReturnType<ReturnType<typeof snapshotRecorder>['until']> {
  return condition() ? first : recorder.until(condition)
}
