/** SIGTERM and SIGINT: the first asks for a clean end, the second for haste. */
export interface ShutdownSignals {
  /** Aborts at the first. */
  readonly stop: AbortSignal
  /** The name of the first, once it came. */
  readonly first: Promise<'SIGTERM' | 'SIGINT'>
  readonly second: Promise<void>
}

/** Catches both signals from now on, so that neither ends the process by itself. */
export function shutdownSignals(): ShutdownSignals {
  const stop = new AbortController()
  const first = Promise.withResolvers<'SIGTERM' | 'SIGINT'>()
  const second = Promise.withResolvers<void>()
  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    process.on(name, () => {
      if (stop.signal.aborted) second.resolve()
      stop.abort()
      first.resolve(name)
    })
  }
  return { stop: stop.signal, first: first.promise, second: second.promise }
}
