import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { manifestSource, type ObjectSnapshot } from '../src/index.ts'
import { temporaryFolder } from './manifest-world.ts'
import { snapshotRecorder } from './snapshot-recorder.ts'

const service = (name: string, more = ''): string =>
  `{apiVersion: v1, kind: Service, metadata: {name: ${name}}${more}}\n`
const names = ({ objects }: ObjectSnapshot): string[] => [...objects.Service.keys()].map(key => key.replace(/.*\//, ''))
const has =
  (...wanted: string[]) =>
  (snapshot: ObjectSnapshot): boolean =>
    names(snapshot).sort().join() === wanted.join()

describe('manifestSource', () => {
  it('rejects when a path does not exist, naming it', async () => {
    await using folder = await temporaryFolder()
    const missing = join(folder.path, 'missing')
    const source = manifestSource({ paths: [folder.path, missing] })
    const failure = { code: 'manifest-not-found', message: expect.stringContaining(missing) }
    await expect(source.start(() => undefined)).rejects.toMatchObject(failure)
    await source.close()
  })

  it('follows a file that is given by name, written in place and replaced by renaming', async () => {
    await using folder = await temporaryFolder()
    await folder.write('one.yaml', service('a'))
    const source = manifestSource({ paths: [join(folder.path, 'one.yaml')] })
    const recorder = snapshotRecorder()
    await source.start(recorder.listener)
    await writeFile(join(folder.path, 'one.yaml'), service('b'))
    await recorder.until(has('b'))
    for (const name of ['c', 'd', 'e']) {
      await folder.write('one.yaml', service(name))
      expect((await recorder.until(has(name))).problems).toEqual([])
    }
    await source.close()
  })

  it('follows files in subfolders that come and go', async () => {
    await using folder = await temporaryFolder()
    const source = manifestSource({ paths: [folder.path] })
    const recorder = snapshotRecorder()
    await source.start(recorder.listener)
    await mkdir(join(folder.path, 'sub', 'deeper'), { recursive: true })
    await writeFile(join(folder.path, 'sub', 'deeper', 'a.yaml'), service('a'))
    await recorder.until(has('a'))
    await folder.write('b.json', JSON.stringify({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'b' } }))
    await recorder.until(has('a', 'b'))
    await rm(join(folder.path, 'sub'), { recursive: true })
    const last = await recorder.until(has('b'))
    expect(last.problems).toEqual([])
    await source.close()
  })

  it('follows a mounted ConfigMap, whose files change by the swap of a link', async () => {
    await using folder = await temporaryFolder()
    const mount = join(folder.path, 'mount')
    const publish = async (version: string, text: string): Promise<void> => {
      await mkdir(join(mount, `..${version}`), { recursive: true })
      await writeFile(join(mount, `..${version}`, 'a.yaml'), text)
      await symlink(`..${version}`, join(mount, '..data_tmp'))
      await rename(join(mount, '..data_tmp'), join(mount, '..data'))
    }
    await publish('v1', service('first'))
    await symlink('..data/a.yaml', join(mount, 'a.yaml'))
    const source = manifestSource({ paths: [mount] })
    const recorder = snapshotRecorder()
    expect(names(await source.start(recorder.listener))).toEqual(['first'])
    await publish('v2', service('second'))
    await rm(join(mount, '..v1'), { recursive: true })
    await recorder.until(has('second'))
    await publish('v3', service('third'))
    const last = await recorder.until(has('third'))
    expect(last.problems).toEqual([])
    await source.close()
  })

  it('keeps the last good objects of a broken file until it is mended', async () => {
    await using folder = await temporaryFolder()
    await folder.write('a.yaml', service('a'))
    await folder.write('b.yaml', service('b'))
    const source = manifestSource({ paths: [folder.path] })
    const recorder = snapshotRecorder()
    const first = await source.start(recorder.listener)
    await folder.write('a.yaml', `${service('x')}---\nkind: [`)
    const broken = await recorder.until(({ problems }) => problems.length > 0)
    expect(broken.objects.Service).toBe(first.objects.Service)
    expect(broken.problems).toMatchObject([{ reason: 'ManifestUnreadable', file: join(folder.path, 'a.yaml') }])
    expect(broken.problems[0]?.message).toMatch(/line 2, column|line 3, column/)
    await folder.write('a.yaml', service('mended'))
    const mended = await recorder.until(({ problems }) => problems.length === 0)
    expect(names(mended)).toEqual(['mended', 'b'])
    await source.close()
  })

  it('keeps serving a folder that vanished, and follows it again when it is back', async () => {
    await using folder = await temporaryFolder()
    const inner = join(folder.path, 'inner')
    await mkdir(inner)
    await writeFile(join(inner, 'a.yaml'), service('a'))
    const source = manifestSource({ paths: [inner] })
    const recorder = snapshotRecorder()
    await source.start(recorder.listener)
    await rename(inner, join(folder.path, 'elsewhere'))
    const without = await recorder.until(({ problems }) => problems.length > 0)
    expect(names(without)).toEqual(['a'])
    await mkdir(inner)
    await writeFile(join(inner, 'b.yaml'), service('b'))
    const back = await recorder.until(has('b'))
    expect(back.problems).toEqual([])
    await source.close()
  })

  it('keeps the objects of a file that was given by name and is deleted, with a problem', async () => {
    await using folder = await temporaryFolder()
    const file = join(folder.path, 'a.yaml')
    await writeFile(file, service('a'))
    const source = manifestSource({ paths: [file] })
    const recorder = snapshotRecorder()
    await source.start(recorder.listener)
    await rm(file)
    const without = await recorder.until(({ problems }) => problems.length > 0)
    expect(names(without)).toEqual(['a'])
    expect(without.problems).toMatchObject([{ reason: 'ManifestUnreadable', file }])
    await source.close()
  })

  it('follows a link on the way to a given path, and a folder that is replaced', async () => {
    await using folder = await temporaryFolder()
    for (const release of ['r1', 'r2']) await mkdir(join(folder.path, release, 'm'), { recursive: true })
    await writeFile(join(folder.path, 'r1', 'm', 'a.yaml'), service('a'))
    await writeFile(join(folder.path, 'r2', 'm', 'b.yaml'), service('b'))
    const current = join(folder.path, 'current')
    await symlink('r1', current)
    // No look at everything comes in time: what is seen is seen by an event.
    const source = manifestSource({ paths: [join(current, 'm')], rescanIntervalMs: 1_000_000 })
    const recorder = snapshotRecorder()
    await source.start(recorder.listener)
    await symlink('r2', join(folder.path, 'next'))
    await rename(join(folder.path, 'next'), current)
    await recorder.until(has('b'))
    await rename(join(folder.path, 'r2'), join(folder.path, 'old'))
    await mkdir(join(folder.path, 'r2', 'm'), { recursive: true })
    await writeFile(join(folder.path, 'r2', 'm', 'c.yaml'), service('c'))
    await recorder.until(has('c'))
    await writeFile(join(folder.path, 'r2', 'm', 'd.yaml'), service('d'))
    await recorder.until(has('c', 'd'))
    await source.close()
  })

  it('follows a thousand files that change at once', async () => {
    await using folder = await temporaryFolder()
    const files = Array.from({ length: 1000 }, (_, index) => join(folder.path, `${index}.yaml`))
    await Promise.all(files.map((file, index) => writeFile(file, service(`s${index}`))))
    const source = manifestSource({ paths: [folder.path] })
    const recorder = snapshotRecorder()
    await source.start(recorder.listener)
    await Promise.all(files.map((file, index) => writeFile(file, service(`t${index}`))))
    await recorder.until(snapshot => names(snapshot).filter(name => name.startsWith('t')).length === 1000)
    await source.close()
  })

  it('uses the first of two objects with one name, by file order, and reports the other', async () => {
    await using folder = await temporaryFolder()
    await folder.write('b.yaml', service('a', ', spec: {type: second}'))
    await folder.write('a.yaml', service('a', ', spec: {type: first}'))
    const source = manifestSource({ paths: [folder.path] })
    const { objects, problems, fileOf } = await source.start(() => undefined)
    const winner = objects.Service.get('default/a')
    expect(winner).toMatchObject({ spec: { type: 'first' } })
    expect(winner && fileOf(winner)).toBe(join(folder.path, 'a.yaml'))
    const file = join(folder.path, 'b.yaml')
    expect(problems).toMatchObject([
      { reason: 'DuplicateObject', kind: 'Service', namespace: 'default', name: 'a', file },
    ])
    await source.close()
  })

  it('looks at the files now and then even when no event comes', async () => {
    await using folder = await temporaryFolder()
    await folder.write('a.yaml', service('a'))
    const held = new Map<number, () => void>()
    const source = manifestSource({
      paths: [folder.path],
      debounceMs: 111,
      rescanIntervalMs: 999,
      schedule: (delayMs, run) => {
        // What an event asks for never happens here, as on a file system that sends none.
        if (delayMs === 111) return () => undefined
        if (delayMs === 999) held.set(delayMs, run)
        else setImmediate(run)
        return () => undefined
      },
    })
    const recorder = snapshotRecorder()
    await source.start(recorder.listener)
    await rm(join(folder.path, 'a.yaml'))
    held.get(999)?.()
    const last = await recorder.until(has())
    expect(last.objects.Service.size).toBe(0)
    await source.close()
  })
})
