import type { ObjectKey, ObjectSnapshot, ObjectSource } from '@ingresskit/kubernetes-watch'
import type { HealthProber } from './health/health-prober.ts'
import type { HealthVerdicts } from './health/health-verdicts.ts'
import type { Logger } from './log.ts'
import { logProblemChanges } from './problem-log.ts'
import { type Problem, toProblem } from './problem.ts'
import { BuildInTurns } from './snapshot/build-in-turns.ts'
import type { SnapshotBuilder } from './snapshot/snapshot-builder.ts'
import type { Snapshot } from './snapshot/snapshot.ts'
import type { Publication, Traffic } from './workers/traffic.ts'

export interface PublisherOptions {
  readonly source: ObjectSource
  readonly builder: SnapshotBuilder
  readonly verdicts: HealthVerdicts
  readonly traffic: Traffic
  readonly prober: HealthProber
  readonly log: Logger
  /** After each publication. */
  readonly onPublished: (publication: Publication) => void
}

interface State {
  readonly objects: ObjectSnapshot
  /** Whether these objects hold every Secret that is named, as far as there is one: those that are found later are not among them. */
  lookedUp: 'all' | 'not-yet'
}

interface Built {
  readonly publication: Publication
  readonly lookedUp: State['lookedUp']
}

/** Makes a snapshot of each state of the objects, and makes it live. */
export class Publisher {
  readonly #options: PublisherOptions
  readonly #settled = Promise.withResolvers<void>()
  #last: Publication | undefined
  /** The newest state, live or not yet. */
  #latest: State | undefined
  /** Of the next build. */
  #cause: Publication['cause'] = 'change'
  #others: readonly Problem[] = []
  #problems: readonly Problem[] = []
  /** What `#problems` was put together from. */
  #parts: readonly (readonly Problem[])[] = []
  #failure: readonly Problem[] = []
  readonly #builds = new BuildInTurns<State, Built>({
    steps: state => this.#steps(state),
    done: built => this.#publish(built),
    failed: error => this.#fail(error),
  })

  constructor(options: PublisherOptions) {
    this.#options = options
    // Whoever waits is told; there may be nobody yet.
    this.#settled.promise.catch(() => undefined)
  }

  /** The last publication. */
  get last(): Publication | undefined {
    return this.#last
  }

  /** The last snapshot, with all problems that there are: for people. Requests are decided by that of `last`, which costs nothing to get. */
  get snapshot(): Snapshot | undefined {
    const snapshot = this.#last?.snapshot
    return snapshot === undefined || this.#problems === snapshot.problems
      ? snapshot
      : { ...snapshot, problems: this.#problems }
  }

  /** Resolves once a snapshot was published for which every Secret that is named had been looked up. */
  get settled(): Promise<void> {
    return this.#settled.promise
  }

  /** Everything that is wrong. */
  get problems(): readonly Problem[] {
    return this.#problems
  }

  /** Makes this live: at once when little changed, else in turns that leave requests theirs; of states that come meanwhile, the latest. */
  publish(objects: ObjectSnapshot): void {
    this.#latest = { objects, lookedUp: this.#options.source.settled() ? 'all' : 'not-yet' }
    this.#builds.want(this.#latest)
  }

  /** Problems that no object has: they stand beside those of the snapshot. */
  setOthers(problems: readonly Problem[]): void {
    this.#others = problems
    this.#tellProblems()
  }

  /** Judges again what depends on time: certificates expire without any change of an object. */
  recheck(): void {
    if (this.#latest === undefined) return
    this.#options.builder.recheck()
    this.#cause = 'recheck'
    this.#builds.want(this.#latest)
  }

  *#steps(state: State): Generator<void, Built> {
    const { source, builder } = this.#options
    const { objects } = state
    const cause = this.#cause
    this.#cause = 'change'
    let secrets: ReadonlySet<ObjectKey> = new Set()
    const snapshot = yield* builder.steps(objects, {
      follow: wanted => {
        secrets = wanted
        source.follow({ secrets, configMaps: new Set() })
        if (!source.settled()) state.lookedUp = 'not-yet'
      },
      settled: () => state.lookedUp === 'all',
    })
    return { publication: { objects, snapshot, secrets, cause }, lookedUp: state.lookedUp }
  }

  #publish({ publication, lookedUp }: Built): void {
    const { verdicts, traffic, prober, log, onPublished } = this.#options
    const { snapshot } = publication
    verdicts.applyTo(snapshot.upstreams)
    verdicts.retain(snapshot.upstreams)
    this.#last = publication
    this.#failure = []
    traffic.publish(publication)
    prober.update(snapshot.upstreams)
    this.#tellProblems()
    log.debug({ version: snapshot.version, rules: snapshot.translation.table.size }, 'snapshot published')
    onPublished(publication)
    if (lookedUp === 'all') this.#settled.resolve()
  }

  /** What was live stays live. */
  #fail(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error)
    const message = `a change could not be made live: ${reason}; what was live before goes on, and the next change is tried`
    this.#failure = [toProblem({ severity: 'error', reason: 'PublishFailed', message })]
    this.#tellProblems()
    if (this.#last === undefined) this.#settled.reject(error)
  }

  #tellProblems(): void {
    const own = this.#last?.snapshot.problems ?? []
    const parts = [own, this.#others, this.#failure].filter(part => part === own || part.length > 0)
    // Comparing thousands of problems takes milliseconds.
    if (parts.length === this.#parts.length && parts.every((part, index) => part === this.#parts[index])) return
    this.#parts = parts
    const problems = parts.length === 1 ? own : parts.flat()
    logProblemChanges(this.#options.log, this.#problems, problems)
    this.#problems = problems
  }
}
