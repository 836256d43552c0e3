import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type EmptyFiles, type ManifestCache, manifestCache, type ManifestReading } from './manifest-cache.ts'
import { listManifestFiles } from './manifest-files.ts'

const service = (name: string, port = 80): string =>
  `{apiVersion: v1, kind: Service, metadata: {name: ${name}}, spec: {ports: [{port: ${port}}]}}\n`

let folder = ''
let cache: ManifestCache
const read = async (emptyFiles: EmptyFiles = 'keep-objects'): Promise<ManifestReading> =>
  cache.read(await listManifestFiles([folder]), emptyFiles)
const names = ({ manifests }: ManifestReading): string[] =>
  manifests.flatMap(({ objects }) => objects.map(({ metadata }) => metadata.name))

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ingresskit-cache-'))
  cache = manifestCache({ maxFileBytes: 1000 })
})
afterEach(() => rm(folder, { recursive: true, force: true }))

describe('manifestCache', () => {
  it('does not read files again that did not change', async () => {
    await writeFile(join(folder, 'a.yaml'), service('a'))
    const first = await read()
    const second = await read()
    expect(second.manifests[0]).toBe(first.manifests[0])
  })

  it('reads a file again that could not be read, though the file did not change', async () => {
    let code: string | undefined = 'EMFILE'
    cache = manifestCache({
      maxFileBytes: 1000,
      read: async path => {
        if (code !== undefined) throw Object.assign(new Error(code), { code })
        return readFile(path)
      },
    })
    await writeFile(join(folder, 'a.yaml'), service('a'))
    const short = await read()
    expect([short.lookAgain, short.manifests[0]?.problems[0]?.reason]).toEqual(['soon', 'ManifestUnreadable'])
    code = undefined
    expect(names(await read())).toEqual(['a'])
  })

  it('does not hurry, and tells nothing new, while a file may not be read', async () => {
    cache = manifestCache({
      maxFileBytes: 1000,
      read: async () => {
        throw Object.assign(new Error('EACCES'), { code: 'EACCES' })
      },
    })
    await writeFile(join(folder, 'a.yaml'), service('a'))
    const first = await read()
    const second = await read()
    expect([first.lookAgain, second.lookAgain]).toEqual(['on-event', 'on-event'])
    expect(second.manifests[0]).toBe(first.manifests[0])
  })

  it('keeps the identity of equal objects in a file that changed', async () => {
    await writeFile(join(folder, 'a.yaml'), `${service('a')}---\n${service('b')}`)
    const first = await read()
    await writeFile(join(folder, 'a.yaml'), `# said more\n${service('b', 81)}---\n${service('a')}`)
    const second = await read()
    expect(names(second)).toEqual(['b', 'a'])
    expect(second.manifests[0]?.objects[1]).toBe(first.manifests[0]?.objects[0])
    expect(second.manifests[0]?.objects[0]).not.toEqual(first.manifests[0]?.objects[1])
  })

  it('keeps the last good objects of a broken, binary or oversized file, with one problem that says why', async () => {
    await writeFile(join(folder, 'a.yaml'), service('a'))
    await read()
    const flaws: readonly (readonly [string | Buffer, RegExp])[] = [
      ['a: [', /line 1, column/],
      [Buffer.from([0xff, 0xfe, 0x00]), /not valid/],
      [`# ${'x'.repeat(2000)}`, /more than 1000; split it/],
    ]
    for (const [text, message] of flaws) {
      await writeFile(join(folder, 'a.yaml'), text)
      const broken = await read()
      expect(names(broken)).toEqual(['a'])
      expect(broken.manifests[0]?.problems).toMatchObject([
        { reason: 'ManifestUnreadable', file: join(folder, 'a.yaml'), message: expect.stringMatching(message) },
      ])
    }
    await writeFile(join(folder, 'a.yaml'), service('mended'))
    expect(names(await read())).toEqual(['mended'])
  })

  it('takes an emptied file for one that is being written until it is told to believe it', async () => {
    await writeFile(join(folder, 'a.yaml'), service('a'))
    await read()
    await writeFile(join(folder, 'a.yaml'), '')
    const kept = await read()
    expect([names(kept), kept.lookAgain]).toEqual([['a'], 'soon'])
    const believed = await read('believe')
    expect([names(believed), believed.lookAgain]).toEqual([[], 'on-event'])
  })

  it('drops the objects of a file that was removed from a folder', async () => {
    await writeFile(join(folder, 'a.yaml'), service('a'))
    await read()
    await rm(join(folder, 'a.yaml'))
    expect(names(await read())).toEqual([])
  })

  it.each(['', '/'])(
    'keeps everything below a given folder that vanished, and says so (path ending "%s")',
    async end => {
      await writeFile(join(folder, 'a.yaml'), service('a'))
      folder += end
      await read()
      await rm(folder, { recursive: true })
      const gone = await read()
      expect(names(gone)).toEqual(['a'])
      expect(gone.problems).toMatchObject([{ reason: 'ManifestUnreadable', file: folder }])
    },
  )
})
