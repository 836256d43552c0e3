import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { listManifestFiles } from './manifest-files.ts'

let folder = ''
const found = async (...paths: string[]): Promise<string[]> => {
  const { files } = await listManifestFiles(paths.map(path => join(folder, path)))
  return files.map(({ path }) => relative(folder, path))
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ingresskit-files-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

describe('listManifestFiles', () => {
  it('lists manifests of folders and subfolders by name, without other and hidden files', async () => {
    await mkdir(join(folder, 'b', 'deep'), { recursive: true })
    for (const name of ['c.json', 'a.yml', 'b/deep/x.YAML', 'b/y.yaml', 'README.md', '.#a.yml', 'a.yaml~']) {
      await writeFile(join(folder, name), '')
    }
    expect(await found('.')).toEqual(['a.yml', 'b/deep/x.YAML', 'b/y.yaml', 'c.json'])
  })

  it('takes given paths in their order, whatever files are called, and none twice', async () => {
    await writeFile(join(folder, 'z.conf'), '')
    await writeFile(join(folder, 'a.yaml'), '')
    expect(await found('z.conf', 'a.yaml', 'z.conf')).toEqual(['z.conf', 'a.yaml'])
  })

  it('follows links, but no circle of them', async () => {
    await mkdir(join(folder, 'real'))
    await writeFile(join(folder, 'real', 'a.yaml'), '')
    await symlink(join(folder, 'real', 'a.yaml'), join(folder, 'link.yaml'))
    await symlink(folder, join(folder, 'real', 'up'))
    await symlink(join(folder, 'nowhere'), join(folder, 'dangling.yaml'))
    expect(await found('.')).toEqual(['link.yaml', 'real/a.yaml'])
  })

  it('tells which given paths do not exist', async () => {
    const missing = join(folder, 'missing')
    expect(await listManifestFiles([missing])).toMatchObject({ files: [], missing: [missing], problems: [] })
  })
})
