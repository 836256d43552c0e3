// Keeps a reading of manifest files current: which of them to look at again, and when.
import { folderWatcher, type ManifestEvent } from './folder-watcher.ts'
import { type EmptyFiles, manifestCache, type ManifestReading } from './manifest-cache.ts'
import { listManifestFiles, type ManifestFileList, refreshManifestFiles } from './manifest-files.ts'
import type { SourceProblem } from './object-source.ts'
import type { Schedule } from './schedule.ts'

/** How files are looked at. */
export interface ManifestScannerOptions {
  readonly paths: readonly string[]
  readonly debounceMs: number
  readonly rescanIntervalMs: number
  readonly maxFileBytes: number
  readonly schedule: Schedule
  /** Called after every later look; most of them find nothing new. */
  readonly onReading: (reading: ManifestReading) => void
}

/** Follows the files once `start` was called. */
export interface ManifestScanner {
  /** The first reading. A given path that is missing is in it as a problem. */
  start(): Promise<ManifestReading>
  /** Final; resolves when no file is open any more. */
  close(): Promise<void>
}

/** An empty file that had objects is believed after this time; until then it is taken for one being written. */
const emptyFileGraceMs = 250

/** More files at once are not looked at one by one. */
const maxPendingFiles = 256

/**
 * A file event leads to a look at that file alone; what cannot be put down to files that are known leads to a look at
 * everything, as does the passing of `rescanIntervalMs`. One look at a time, and one more for what came in meanwhile.
 */
export function manifestScanner(options: ManifestScannerOptions): ManifestScanner {
  const { paths, debounceMs, rescanIntervalMs, schedule, onReading } = options
  const cache = manifestCache({ maxFileBytes: options.maxFileBytes })
  const waits = { look: noWait, rescan: noWait, empty: noWait }
  let phase: 'new' | 'live' | 'closed' = 'new'
  let list: ManifestFileList = { files: [], folders: new Map(), missing: [], unreadable: [], problems: [] }
  let pending: Set<string> | 'everything' = new Set()
  let emptyFiles: EmptyFiles = 'keep-objects'
  let looking: Promise<void> | undefined
  let isWaiting = false
  let isWaitingForContent = false

  const watcher = folderWatcher(event => {
    note(event)
    lookIn(debounceMs)
  })

  const note = (event: ManifestEvent): void => {
    if (pending === 'everything') return
    if (event.kind === 'file' && pending.size < maxPendingFiles) pending.add(event.path)
    else pending = 'everything'
  }
  const lookIn = (delayMs: number): void => {
    if (phase !== 'live' || isWaiting || looking !== undefined) return
    isWaiting = true
    waits.look = schedule(delayMs, () => {
      isWaiting = false
      looking ??= look().finally(lookOver)
    })
  }
  const lookAtOnce = (): void => {
    waits.look()
    isWaiting = false
    lookIn(0)
  }
  const lookOver = (): void => {
    looking = undefined
    if (pending === 'everything' || pending.size > 0) lookIn(debounceMs)
  }
  const look = async (): Promise<void> => {
    try {
      const reading = await read()
      if (phase === 'live') onReading(reading)
    } catch {
      // Nothing here is known to throw; if something does, the last reading stays until the next rescan looks at everything.
    }
  }
  const read = async (): Promise<ManifestReading> => {
    const asked = pending
    pending = new Set()
    list = (await refreshed(list, asked)) ?? (await listManifestFiles(paths))
    // A folder that was not watched while it was listed may have changed since.
    if (phase !== 'closed' && watcher.watch(list.folders)) note({ kind: 'anything' })
    const reading = await cache.read(list, emptyFiles)
    emptyFiles = 'keep-objects'
    if (reading.lookAgain === 'on-event') stopWaiting()
    // Not put off by further events, or a file that stays empty would never be believed.
    else if (!isWaitingForContent && phase !== 'closed') {
      isWaitingForContent = true
      waits.empty = schedule(emptyFileGraceMs, believeEmpty)
    }
    const failure = watcher.failure()
    return failure ? { ...reading, problems: [...reading.problems, watchFailed(failure, rescanIntervalMs)] } : reading
  }
  const stopWaiting = (): void => {
    waits.empty()
    isWaitingForContent = false
  }
  const believeEmpty = (): void => {
    isWaitingForContent = false
    emptyFiles = 'believe'
    note({ kind: 'anything' })
    lookAtOnce()
  }
  const rescanLater = (): void => {
    waits.rescan = schedule(rescanIntervalMs, () => {
      note({ kind: 'anything' })
      lookAtOnce()
      rescanLater()
    })
  }

  return {
    start: async () => {
      // Watched first and read then, so that no change falls between the two.
      list = await listManifestFiles(paths)
      if (phase === 'new') watcher.watch(list.folders)
      note({ kind: 'anything' })
      const first = await read()
      if (phase === 'new') {
        phase = 'live'
        rescanLater()
        if (pending === 'everything' || pending.size > 0) lookIn(debounceMs)
      }
      return first
    },
    close: async () => {
      phase = 'closed'
      watcher.close()
      waits.look()
      waits.rescan()
      waits.empty()
      await looking
    },
  }
}

async function refreshed(
  list: ManifestFileList,
  asked: ReadonlySet<string> | 'everything',
): Promise<ManifestFileList | undefined> {
  if (asked === 'everything') return undefined
  const known = new Set(list.files.map(({ path }) => path))
  return [...asked].every(path => known.has(path)) ? refreshManifestFiles(list, asked) : undefined
}

function noWait(): void {
  // Nothing was scheduled yet, so there is nothing to cancel.
}

function watchFailed(error: Error, rescanIntervalMs: number): SourceProblem {
  const message = `cannot be told of changes to the manifests: ${error.message}; they are looked at every ${rescanIntervalMs} ms`
  return { severity: 'warning', reason: 'ManifestWatchFailed', message }
}
