/** What builds are made of and what becomes of them. */
export interface BuildInTurnsOptions<Input, Output> {
  /** A build, which may be interrupted wherever it yields. */
  readonly steps: (input: Input) => Generator<void, Output>
  /** A build is ready. What it throws counts as a failure of the build. */
  readonly done: (output: Output, input: Input) => void
  /** A build threw; the next input begins anew. */
  readonly failed: (error: unknown) => void
  /** After this long the rest of a build waits for another turn of the event loop. Default 1. */
  readonly budgetMs?: number
  /** Milliseconds that never go back. Default `performance.now`. */
  readonly now?: () => number
  /** Calls back in a later turn, after what waits now. Default `setImmediate`. */
  readonly defer?: (run: () => void) => void
}

/**
 * Builds one thing after the other from the latest input, leaving requests their turns.
 *
 * A small build is ready when `want` returns. Inputs that come during a build replace each other; none that was begun is given up, so that
 * under steady change something is published at all.
 */
export class BuildInTurns<Input, Output> {
  readonly #options: BuildInTurnsOptions<Input, Output>
  #next: { readonly input: Input } | undefined
  #current: { readonly input: Input; readonly steps: Generator<void, Output> } | undefined

  constructor(options: BuildInTurnsOptions<Input, Output>) {
    this.#options = options
  }

  /** This is the input now. */
  want(input: Input): void {
    this.#next = { input }
    if (this.#current === undefined) this.#turn()
  }

  /** Whether nothing is being built and nothing waits. */
  get isIdle(): boolean {
    return this.#current === undefined && this.#next === undefined
  }

  /** Builds what was begun, and what waits, at once. */
  finish(): void {
    while (this.#begin() === 'begun') this.#step()
  }

  #turn(): void {
    const { budgetMs = 1, now = () => performance.now(), defer = setImmediate } = this.#options
    const until = now() + budgetMs
    while (this.#begin() === 'begun') {
      if (this.#step() === 'more' && now() >= until) {
        defer(() => this.#turn())
        return
      }
    }
  }

  #begin(): 'begun' | 'idle' {
    if (this.#current !== undefined) return 'begun'
    if (this.#next === undefined) return 'idle'
    const { input } = this.#next
    this.#next = undefined
    this.#current = { input, steps: this.#options.steps(input) }
    return 'begun'
  }

  #step(): 'more' | 'over' {
    if (this.#current === undefined) return 'over'
    const { input, steps } = this.#current
    try {
      const result = steps.next()
      if (result.done !== true) return 'more'
      this.#current = undefined
      this.#options.done(result.value, input)
    } catch (error) {
      this.#current = undefined
      this.#options.failed(error)
    }
    return 'over'
  }
}

/** Runs a build to its end at once. */
export function atOnce<Output>(steps: Generator<void, Output>): Output {
  for (;;) {
    const result = steps.next()
    if (result.done === true) return result.value
  }
}
