/** What is in this repository: its root, and the files people wrote (nothing installed, built or cached). */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Absolute path of the repository's root folder. */
export const repositoryRoot: string = join(import.meta.dirname, '../../..')

const skippedFolders: ReadonlySet<string> = new Set([
  '.git',
  '.tmp',
  '.turbo',
  'coverage',
  'dist',
  'node_modules',
  'temp',
])

/**
 * Paths of all files in the working tree, relative to the root, `/` between folders, sorted.
 *
 * Walks the tree instead of asking git: the checks must also run where only Node is installed.
 */
export const repositoryFiles = (): readonly string[] => filesUnder('').toSorted()

/** The text of one file, by its path relative to the root. Throws when there is no such file. */
export const readRepositoryFile = (path: string): string => readFileSync(join(repositoryRoot, path), 'utf8')

const filesUnder = (folder: string): string[] =>
  readdirSync(join(repositoryRoot, folder), { withFileTypes: true }).flatMap(entry => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`
    if (entry.isDirectory()) return skippedFolders.has(entry.name) ? [] : filesUnder(path)
    return entry.isFile() ? [path] : []
  })
