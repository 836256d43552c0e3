// Tells which manifests may have changed, from the file events of the folders they are in.
import { type FSWatcher, watch } from 'node:fs'
import { basename, join } from 'node:path'
import type { ManifestFolder } from './manifest-files.ts'

/** What a file event means. */
export type ManifestEvent =
  | { readonly kind: 'file'; readonly path: string }
  /** Anything: a folder, a link, or more than the system says. */
  | { readonly kind: 'anything' }

/** Watches folders, not files: one watch a folder, however many files are in it. */
export interface FolderWatcher {
  /** Watches these folders from now on and no others. Answers whether a folder is among them that was not watched before. */
  watch(folders: ReadonlyMap<string, ManifestFolder>): boolean
  /** Why a folder cannot be watched, if one can't: its changes are found only when everything is looked at. */
  failure(): Error | undefined
  close(): void
}

/** Calls `onEvent` for every event that can concern a manifest; there may be several for one change. */
export function folderWatcher(onEvent: (event: ManifestEvent) => void): FolderWatcher {
  const watchers = new Map<string, { readonly identity: string; readonly watcher: FSWatcher }>()
  let known: ReadonlyMap<string, ManifestFolder> = new Map()
  let failed: Error | undefined

  const forget = (folder: string): void => {
    watchers.get(folder)?.watcher.close()
    watchers.delete(folder)
  }
  const handle = (folder: string, kind: string, name: string | null): void => {
    // A folder that is gone or moved tells so under its own name; what comes in its place needs a new watch.
    const isGone = kind === 'rename' && name === basename(folder)
    if (isGone) forget(folder)
    const event = isGone ? ({ kind: 'anything' } as const) : eventOf(known.get(folder), name)
    if (event !== undefined) onEvent(event)
  }
  const start = (folder: string, { identity }: ManifestFolder): boolean => {
    try {
      const watcher = watch(folder, { persistent: true }, (kind, name) => handle(folder, kind, name))
      watcher.on('error', error => {
        failed = error
        forget(folder)
        onEvent({ kind: 'anything' })
      })
      watchers.set(folder, { identity, watcher })
      return true
    } catch (error) {
      failed = error instanceof Error ? error : new Error(String(error))
      return false
    }
  }

  return {
    watch: folders => {
      known = folders
      failed = undefined
      for (const [folder, { identity }] of watchers) if (folders.get(folder)?.identity !== identity) forget(folder)
      let isMore = false
      for (const [path, folder] of folders) if (!watchers.has(path)) isMore = start(path, folder) || isMore
      return isMore
    },
    failure: () => failed,
    close: () => {
      for (const folder of watchers.keys()) forget(folder)
    },
  }
}

function eventOf(folder: ManifestFolder | undefined, name: string | null): ManifestEvent | undefined {
  if (folder === undefined || name === null) return { kind: 'anything' }
  const path =
    folder.names.get(name) ?? (folder.shown === undefined || isHidden(name) ? undefined : join(folder.shown, name))
  return path === undefined ? undefined : { kind: 'file', path }
}

/** Editors' files; not the `..data` of a mounted ConfigMap, whose swap changes every file beside it. */
function isHidden(name: string): boolean {
  return name.startsWith('.') && !name.startsWith('..')
}
