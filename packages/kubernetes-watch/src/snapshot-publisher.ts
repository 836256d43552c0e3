// Turns bursts of changes into few snapshots, and keeps a failing listener from harming the source.
import type { ObjectSnapshot, SourceProblem } from './object-source.ts'
import type { Schedule } from './schedule.ts'

/** What the publisher is given. */
export interface SnapshotPublisherOptions {
  /** Makes the snapshot of this moment; called once per publication. */
  readonly build: (extraProblems: readonly SourceProblem[]) => ObjectSnapshot
  /** At most one snapshot in this time; the first change of a quiet period does not wait. */
  readonly publishIntervalMs: number
  readonly schedule: Schedule
  /** Told of each problem when it appears; one that went away and came back is told again. */
  readonly onProblem: ((problem: SourceProblem) => void) | undefined
}

/** Publishes snapshots to one listener. */
export interface SnapshotPublisher {
  /** From now on changes are published. Answers with the first snapshot, which the listener is not called with. */
  open(listener: (snapshot: ObjectSnapshot) => void): ObjectSnapshot
  /** Something changed: publishes at once, or when the interval since the last publication is over. */
  changed(): void
  /** Tells `onProblem` what is new among these, before and between snapshots. */
  report(problems: readonly SourceProblem[]): void
  /** Final: the listener is not called again. */
  close(): void
}

/** A publisher that is silent until it is opened. */
export function snapshotPublisher(options: SnapshotPublisherOptions): SnapshotPublisher {
  let listener: ((snapshot: ObjectSnapshot) => void) | undefined
  let cancelWait: (() => void) | undefined
  let dirty = false
  let known: ReadonlySet<string> = new Set()
  let listenerProblems: readonly SourceProblem[] = []

  const report = (problems: readonly SourceProblem[]): void => {
    const before = known
    known = new Set(problems.map(identityOf))
    for (const problem of problems) {
      if (before.has(identityOf(problem))) continue
      try {
        options.onProblem?.(problem)
      } catch {
        // Whoever is told of problems has nobody to tell of its own; the source goes on.
      }
    }
  }
  const publish = (): void => {
    if (!listener) return
    dirty = false
    const snapshot = options.build(listenerProblems)
    report(snapshot.problems)
    cancelWait = options.schedule(options.publishIntervalMs, intervalOver)
    try {
      listener(snapshot)
      listenerProblems = []
    } catch (error) {
      listenerProblems = [listenerFailed(error)]
      report([...snapshot.problems, ...listenerProblems])
    }
  }
  const intervalOver = (): void => {
    cancelWait = undefined
    if (dirty) publish()
  }

  return {
    open: next => {
      listener = next
      const snapshot = options.build([])
      report(snapshot.problems)
      // Whoever awaits the first snapshot gets to see it before the listener is given the second.
      cancelWait = options.schedule(options.publishIntervalMs, intervalOver)
      return snapshot
    },
    changed: () => {
      dirty = true
      if (!cancelWait) publish()
    },
    report,
    close: () => {
      listener = undefined
      cancelWait?.()
      cancelWait = undefined
    },
  }
}

function listenerFailed(error: unknown): SourceProblem {
  const reason = error instanceof Error ? error.message : String(error)
  return {
    severity: 'error',
    reason: 'ListenerFailed',
    message: `the listener threw "${reason}"; the snapshot it was given may not be live, the next change is tried again`,
  }
}

function identityOf(problem: SourceProblem): string {
  const { reason, kind, namespace, name, file, field, message } = problem
  return JSON.stringify([reason, kind, namespace, name, file, field, message])
}
