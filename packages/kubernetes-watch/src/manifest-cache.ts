// Reads manifest files again only when they changed, and keeps what was good when they are broken.
import { readFile } from 'node:fs/promises'
import { isAbsolute, relative } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { KubernetesObject } from './kubernetes-object.ts'
import type { ManifestFile, ManifestFileList } from './manifest-files.ts'
import { readManifestDocument } from './manifest-object.ts'
import { type ParsedParts, parseManifestText } from './manifest-text.ts'
import { objectKey } from './object-maps.ts'
import type { SourceProblem } from './object-source.ts'

/** What one file holds now. */
export interface ReadManifest {
  readonly path: string
  readonly objects: readonly KubernetesObject[]
  readonly problems: readonly SourceProblem[]
}

/** What all files hold now. */
export interface ManifestReading {
  /** In the order of the list; files of folders that vanished come last. */
  readonly manifests: readonly ReadManifest[]
  /** Problems of no single file. */
  readonly problems: readonly SourceProblem[]
  /** Whether a file is to be read again soon: it is empty and may be being written, or could not be read. */
  readonly lookAgain: 'soon' | 'on-event'
}

/** Remembers files between readings. */
export interface ManifestCache {
  read(list: ManifestFileList, emptyFiles: EmptyFiles): Promise<ManifestReading>
}

/** What to make of an empty file that had objects before: editors truncate a file first and fill it then. */
export type EmptyFiles = 'keep-objects' | 'believe'

interface Entry extends ReadManifest {
  readonly version: string
  readonly parts: ParsedParts
  /** Its content is not known yet: it is being written, or could not be read just now. */
  readonly isUnread?: 'for-now' | 'until-touched'
}

/** What a cache may read, and how. */
export interface ManifestCacheOptions {
  /** Larger files are not read. */
  readonly maxFileBytes: number
  /** Default: from disk. */
  readonly read?: (path: string) => Promise<Uint8Array>
}

/** An empty cache. */
export function manifestCache({ maxFileBytes, read = readFile }: ManifestCacheOptions): ManifestCache {
  let entries: ReadonlyMap<string, Entry> = new Map()
  return {
    read: async (list, emptyFiles) => {
      const next = new Map<string, Entry>()
      for (const file of list.files) {
        const old = entries.get(file.path)
        const unchanged = old?.version === file.version
        next.set(file.path, old && unchanged ? old : await readManifest(file, { old, maxFileBytes, emptyFiles, read }))
      }
      const lost = [...list.missing, ...list.unreadable]
      for (const [path, entry] of entries) {
        if (!next.has(path) && lost.some(folder => isWithin(path, folder))) {
          next.set(path, entry)
        }
      }
      entries = next
      return {
        manifests: [...next.values()],
        problems: [...list.problems, ...list.missing.map(vanished)],
        lookAgain: [...next.values()].some(entry => entry.isUnread === 'for-now') ? 'soon' : 'on-event',
      }
    },
  }
}

function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path)
  return way !== '..' && !way.startsWith('../') && !isAbsolute(way)
}

/** A version that no file has, so that the next reading looks at it again. */
const unread = 'unread'

/** Too many open files, in the process or the system: over as soon as somebody closes some. */
function isShortage(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EMFILE' || error.code === 'ENFILE')
}

interface ReadingContext {
  readonly old: Entry | undefined
  readonly maxFileBytes: number
  readonly emptyFiles: EmptyFiles
  readonly read: (path: string) => Promise<Uint8Array>
}

async function readManifest(file: ManifestFile, context: ReadingContext): Promise<Entry> {
  const { old, maxFileBytes, emptyFiles, read } = context
  const { path, version, sizeBytes } = file
  const broken = (message: string): Entry => ({
    path,
    version,
    parts: old?.parts ?? new Map(),
    objects: old?.objects ?? [],
    problems: [unreadable(path, message, old)],
  })
  if (sizeBytes > maxFileBytes) return broken(`has ${sizeBytes} bytes, more than ${maxFileBytes}; split it`)
  if (sizeBytes === 0 && old && old.objects.length > 0 && emptyFiles === 'keep-objects') {
    return { ...old, version: unread, isUnread: 'for-now' }
  }
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(await read(path))
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    // Bytes that are no UTF-8 stay so; a read that failed may succeed the next time, without a change of the file.
    if (error instanceof TypeError) return broken(message)
    const next: Entry = {
      ...broken(message),
      version: unread,
      isUnread: isShortage(error) ? 'for-now' : 'until-touched',
    }
    return old?.version === unread && isDeepStrictEqual(old.problems, next.problems) ? old : next
  }
  const parsed = await parseManifestText(text, old?.parts ?? new Map())
  if (parsed.kind === 'broken') return broken(parsed.message)
  const documents = parsed.documents.map((document, index) =>
    readManifestDocument(document, { file: path, document: index + 1, item: '' }),
  )
  return {
    path,
    version,
    parts: parsed.parts,
    objects: keepEqual(
      old?.objects ?? [],
      documents.flatMap(each => each.objects),
    ),
    problems: documents.flatMap(each => each.problems),
  }
}

/** The previous object in place of each one that is deep-equal to it. */
function keepEqual(previous: readonly KubernetesObject[], next: readonly KubernetesObject[]): KubernetesObject[] {
  const byKey = new Map(previous.map(object => [`${object.kind} ${objectKey(object)}`, object]))
  return next.map(object => {
    const old = byKey.get(`${object.kind} ${objectKey(object)}`)
    return old && isDeepStrictEqual(old, object) ? old : object
  })
}

function unreadable(path: string, message: string, old: Entry | undefined): SourceProblem {
  const kept = old && old.objects.length > 0 ? '; its last good objects are kept until it is mended' : ''
  return {
    severity: 'error',
    reason: 'ManifestUnreadable',
    file: path,
    message: `cannot read "${path}": ${message}${kept}`,
  }
}

function vanished(path: string): SourceProblem {
  return {
    severity: 'error',
    reason: 'ManifestUnreadable',
    file: path,
    message: `"${path}" is not there any more; its last good objects are kept until it is back`,
  }
}
