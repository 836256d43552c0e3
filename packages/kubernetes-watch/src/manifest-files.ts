// Finds the manifest files below the given paths, in the order that decides conflicts.
import type { Dirent, Stats } from 'node:fs'
import { readdir, realpath, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import type { SourceProblem } from './object-source.ts'

/** A file that may hold manifests, and what tells whether it changed since it was last read. */
export interface ManifestFile {
  /** As it was given, or the given folder's path with the rest joined to it. */
  readonly path: string
  /** Equal as long as the file is the same and unchanged: real path, inode, size and modification time. */
  readonly version: string
  readonly sizeBytes: number
}

/** A folder in which an entry may change what was found. */
export interface ManifestFolder {
  /** Device and inode: another folder in its place has another. */
  readonly identity: string
  /** What the path of a file in it begins with; `undefined` where only the entries of `names` matter. */
  readonly shown: string | undefined
  /** Path of the manifest, or of the given folder, that an entry of this name leads to. */
  readonly names: ReadonlyMap<string, string>
}

/** What was found. */
export interface ManifestFileList {
  readonly files: readonly ManifestFile[]
  /** By real path: the folders that were walked, those of given paths and those that links lead to. */
  readonly folders: ReadonlyMap<string, ManifestFolder>
  /** Given paths that do not exist (any more). */
  readonly missing: readonly string[]
  /** Folders that exist and could not be read. */
  readonly unreadable: readonly string[]
  readonly problems: readonly SourceProblem[]
}

const manifestName = /\.(?:yaml|yml|json)$/i

/** Bounds the walk where links make a circle that real paths do not show. */
const maxDepth = 32

/**
 * Lists the manifest files: given paths in their order, folders sorted by name, files and subfolders together.
 *
 * Files given by name are taken whatever they are called. In folders, names that begin with a dot are passed over: a
 * mounted ConfigMap's `..data`, editors' lock files. Links are followed; a folder is never walked twice.
 * One `stat` a file.
 */
export async function listManifestFiles(paths: readonly string[]): Promise<ManifestFileList> {
  const found: Found = { files: new Map(), folders: new Map(), missing: [], unreadable: [], problems: [] }
  for (const path of paths) await visitGiven(path, found)
  return { ...found, files: [...found.files.values()] }
}

/**
 * The list after a change of these files alone, which must be in it: each is looked at again.
 * `undefined` when one of them is no file any more, and everything has to be listed.
 */
export async function refreshManifestFiles(
  list: ManifestFileList,
  paths: ReadonlySet<string>,
): Promise<ManifestFileList | undefined> {
  const files: ManifestFile[] = []
  for (const file of list.files) {
    if (!paths.has(file.path)) {
      files.push(file)
      continue
    }
    try {
      const real = await realpath(file.path)
      const stats = await stat(real)
      if (!stats.isFile()) return undefined
      files.push(manifestFile(file.path, real, stats))
    } catch {
      // It is gone, and what that means depends on whether its path was given: the full list says.
      return undefined
    }
  }
  return { ...list, files }
}

interface FoundFolder extends ManifestFolder {
  shown: string | undefined
  readonly names: Map<string, string>
}

interface Found {
  readonly files: Map<string, ManifestFile>
  readonly folders: Map<string, FoundFolder>
  readonly missing: string[]
  readonly unreadable: string[]
  readonly problems: SourceProblem[]
}

async function visitGiven(path: string, found: Found): Promise<void> {
  await attempt(path, found, async () => {
    try {
      await watchWay(path, found)
      await visit(path, { depth: 0 }, found)
    } catch (error) {
      if (!isMissing(error)) throw error
      found.missing.push(path)
    }
  })
}

/**
 * Every folder on the way to a given path is watched for the next step of it: a link there may be swapped, a folder
 * renamed, and a path that is missing may come back.
 */
async function watchWay(path: string, found: Found): Promise<void> {
  for (let step = resolve(path); step !== dirname(step); step = dirname(step)) {
    try {
      ;(await folderOf(found, await realpath(dirname(step)))).names.set(basename(step), path)
    } catch (error) {
      if (!isMissing(error)) throw error
    }
  }
}

async function visit(path: string, { depth }: { readonly depth: number }, found: Found): Promise<void> {
  const real = await realpath(path)
  const stats = await stat(real)
  if (stats.isDirectory()) {
    const folder = await folderOf(found, real)
    if (folder.shown !== undefined || depth > maxDepth) return
    folder.shown = path
    const entries = (await readdir(real, { withFileTypes: true })).filter(({ name }) => !name.startsWith('.'))
    await visitEntries(path, { real, depth, entries: entries.sort((a, b) => (a.name < b.name ? -1 : 1)) }, found)
  } else if (stats.isFile() && (depth === 0 || manifestName.test(path))) {
    const folder = await folderOf(found, dirname(real))
    folder.names.set(basename(real), path)
    found.files.set(path, manifestFile(path, real, stats))
  }
}

interface FolderEntries {
  readonly real: string
  readonly depth: number
  readonly entries: readonly Dirent[]
}

/** Plain files, the many, are looked at side by side; links and folders in turn. The order is that of the names. */
async function visitEntries(path: string, { real, depth, entries }: FolderEntries, found: Found): Promise<void> {
  const plain = await Promise.all(entries.map(async entry => statOfFile(entry, join(real, entry.name))))
  for (const [index, entry] of entries.entries()) {
    const child = join(path, entry.name)
    const stats = plain[index]
    if (stats !== undefined) found.files.set(child, manifestFile(child, join(real, entry.name), stats))
    else if (!entry.isFile()) await attempt(child, found, () => visit(child, { depth: depth + 1 }, found))
  }
}

async function statOfFile(entry: Dirent, path: string): Promise<Stats | undefined> {
  if (!entry.isFile() || !manifestName.test(entry.name)) return undefined
  try {
    return await stat(path)
  } catch {
    // It went away during the walk: the event that tells of it leads to the next look.
    return undefined
  }
}

/** Below a given folder, what is missing went away during the walk or is a dangling link: the next look decides. */
async function attempt(path: string, found: Found, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (isMissing(error)) return
    const message = `cannot read "${path}": ${error instanceof Error ? error.message : String(error)}; check its permissions`
    found.unreadable.push(path)
    found.problems.push({ severity: 'error', reason: 'ManifestUnreadable', file: path, message })
  }
}

async function folderOf(found: Found, real: string): Promise<FoundFolder> {
  const known = found.folders.get(real)
  if (known !== undefined) return known
  const { dev, ino } = await stat(real)
  const folder: FoundFolder = { identity: `${dev}:${ino}`, shown: undefined, names: new Map() }
  found.folders.set(real, folder)
  return folder
}

function manifestFile(path: string, real: string, stats: Stats): ManifestFile {
  const version = `${real}:${stats.ino}:${stats.size}:${stats.mtimeMs}:${stats.ctimeMs}`
  return { path, version, sizeBytes: stats.size }
}

function isMissing(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return code === 'ENOENT' || code === 'ENOTDIR'
}
