// Whether the API server sends initial events, which one reader finds out for all readers of a source.

/** What is known of the API server. */
export interface WatchListSupport {
  /** Whether to ask for initial events. */
  isWanted(): boolean
  /** They came, to their end. */
  worked(): void
  /** The server said that it won't send them: final, however many of its kind do. */
  refused(): void
  /** It went on as if it had not been asked; believed only as long as they never came. */
  ignored(): void
}

/** Nothing is known yet, so they are asked for. */
export function watchListSupport(): WatchListSupport {
  let state: 'unknown' | 'works' | 'missing' = 'unknown'
  return {
    isWanted: () => state !== 'missing',
    worked: () => {
      if (state === 'unknown') state = 'works'
    },
    refused: () => {
      state = 'missing'
    },
    ignored: () => {
      if (state === 'unknown') state = 'missing'
    },
  }
}
