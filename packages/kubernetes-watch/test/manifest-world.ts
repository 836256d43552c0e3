// A folder of manifests, for the shared suite and the tests of the manifest source.
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { manifestSource } from '../src/index.ts'
import type { SourceWorld, WrittenObject } from './object-source-world.ts'

/** A temporary folder that goes when the test is over. */
export interface TemporaryFolder extends AsyncDisposable {
  readonly path: string
  /** Replaces a file in one step, as careful editors do. */
  write(name: string, text: string): Promise<void>
}

/** Makes one. */
export async function temporaryFolder(): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(tmpdir(), 'ingresskit-manifests-'))
  return {
    path,
    write: async (name, text) => {
      await writeFile(join(path, `.${name}.new`), text)
      await rename(join(path, `.${name}.new`), join(path, name))
    },
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  }
}

/** One file for each object. */
export async function manifestWorld(): Promise<SourceWorld> {
  const folder = await temporaryFolder()
  return {
    put: object => folder.write(fileName(object), stringify(object)),
    remove: object => rm(join(folder.path, fileName(object))),
    source: (options = {}) => manifestSource({ paths: [folder.path], ...options }),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  }
}

function fileName({ kind, metadata }: WrittenObject): string {
  return `${kind}-${metadata.namespace ?? ''}-${metadata.name}.yaml`
}
