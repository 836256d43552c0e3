// Kubernetes objects from YAML and JSON files, followed as they change.
import { isDeepStrictEqual } from 'node:util'
import type { ManifestReading } from './manifest-cache.ts'
import { listManifestFiles } from './manifest-files.ts'
import { type ManifestSelection, mergeManifests, type MergedManifests } from './manifest-merge.ts'
import { objectMaps } from './object-maps.ts'
import { manifestScanner } from './manifest-scanner.ts'
import type { ObjectSnapshot, ObjectSource, References, SourceProblem } from './object-source.ts'
import { type Schedule, timerSchedule } from './schedule.ts'
import { snapshotPublisher } from './snapshot-publisher.ts'
import { WatchError } from './watch-error.ts'

/** Which manifests to follow, and how. */
export interface ManifestSourceOptions {
  /** Files, or folders of `.yaml`, `.yml` and `.json` files with their subfolders. Their order decides duplicates. */
  readonly paths: readonly string[]
  /** Leaves out objects of other namespaces, save Secrets and ConfigMaps that are followed. Default: all namespaces. */
  readonly namespaces?: readonly string[]
  /** Time from a file event to reading, so that one save is one reading. Default 20. */
  readonly debounceMs?: number
  /** At most one snapshot in this time, the first change of a quiet period excepted. Default 50. */
  readonly publishIntervalMs?: number
  /** How often files are looked at without an event, for file systems that send none. Default 10_000. */
  readonly rescanIntervalMs?: number
  /** Larger files are not read, but reported. Default 16 MiB. */
  readonly maxFileBytes?: number
  /** Told of each problem when it appears. Problems are in the snapshots as well. */
  readonly onProblem?: (problem: SourceProblem) => void
  /** Default: real timers. */
  readonly schedule?: Schedule
}

/**
 * A source of the objects in manifest files. `start` rejects with `manifest-not-found` when a path does not exist.
 *
 * Everything is at hand, so all Secrets and ConfigMaps are in the snapshots, followed or not, and `settled` is true from
 * the first snapshot on. A file that does not parse keeps its last good objects; a given path that vanishes as well.
 */
export function manifestSource(options: ManifestSourceOptions): ObjectSource {
  const { paths, debounceMs = 20, publishIntervalMs = 50, rescanIntervalMs = 10_000 } = options
  const schedule = options.schedule ?? timerSchedule
  const namespaces = options.namespaces && new Set(options.namespaces)
  let references: References = { secrets: new Set(), configMaps: new Set() }
  let reading: ManifestReading = { manifests: [], problems: [], lookAgain: 'on-event' }
  let merged: MergedManifests = { objects: objectMaps(() => new Map()), files: new Map(), problems: [] }
  let phase: 'new' | 'starting' | 'live' | 'closed' = 'new'

  const publisher = snapshotPublisher({
    publishIntervalMs,
    schedule,
    onProblem: options.onProblem,
    build: extra => {
      const selection: ManifestSelection = { namespaces, references }
      merged = mergeManifests(reading.manifests, selection, merged.objects)
      const { objects, files } = merged
      const problems = [...reading.problems, ...merged.problems, ...extra]
      return { objects, problems, fileOf: object => files.get(object) } satisfies ObjectSnapshot
    },
  })
  const scanner = manifestScanner({
    paths,
    debounceMs,
    rescanIntervalMs,
    maxFileBytes: options.maxFileBytes ?? 16 * 1024 * 1024,
    schedule,
    onReading: next => {
      const before = reading
      reading = next
      if (phase === 'live' && isChanged(before, next)) publisher.changed()
    },
  })
  const throwIfClosed = (): void => {
    if (phase === 'closed') throw new WatchError('closed', 'the manifest source was closed before its first snapshot')
  }

  return {
    start: async listener => {
      throwIfClosed()
      if (phase !== 'new') throw new WatchError('already-started', 'this manifest source was started already')
      phase = 'starting'
      const { missing } = await listManifestFiles(paths)
      throwIfClosed()
      const [first] = missing
      if (first !== undefined) {
        throw new WatchError('manifest-not-found', `"${first}" does not exist; check the path given for manifests`)
      }
      reading = await scanner.start()
      throwIfClosed()
      phase = 'live'
      return publisher.open(listener)
    },
    follow: next => {
      references = next
      if (phase === 'live' && namespaces) publisher.changed()
    },
    settled: () => phase === 'live',
    health: () => [],
    close: async () => {
      phase = 'closed'
      publisher.close()
      await scanner.close()
    },
  }
}

function isChanged(before: ManifestReading, after: ManifestReading): boolean {
  return (
    !isDeepStrictEqual(before.problems, after.problems) ||
    before.manifests.length !== after.manifests.length ||
    after.manifests.some((manifest, index) => manifest !== before.manifests[index])
  )
}
