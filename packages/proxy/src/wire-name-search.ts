/** Looks for a connection to an endpoint that has a name: resolved first, within the time for connecting. */

import type { AnswerHandler, Deadlines, UpstreamSearch } from '@ingresskit/http-wire'

export interface NameSearchOptions {
  readonly connectMs: number
  readonly deadlines: Deadlines
  /** Told when the name is of no use, or not in time. */
  readonly handler: Pick<AnswerHandler, 'upstreamFailed'>
  /** Goes on with the resolved address. */
  readonly open: (address: string) => UpstreamSearch | undefined
}

/** Begins at once. The result ends the search, and does nothing once it is over. */
export function searchByName(address: Promise<string>, options: NameSearchOptions): UpstreamSearch {
  const { deadlines, handler } = options
  let isResolving = true
  let opened: UpstreamSearch | undefined
  const resolves = (): boolean => {
    const was = isResolving
    isResolving = false
    deadlines.delete(limit)
    return was
  }
  const limit = {
    deadlineAt: deadlines.now() + options.connectMs,
    expired: (): void => {
      if (resolves()) handler.upstreamFailed('connect-timeout')
    },
  }
  deadlines.add(limit)
  address
    .then(
      resolved => {
        if (resolves()) opened = options.open(resolved)
      },
      () => {
        if (resolves()) handler.upstreamFailed('connect-failed')
      },
    )
    .catch(() => handler.upstreamFailed('connect-failed'))
  return {
    destroy: () => {
      resolves()
      opened?.destroy()
    },
  }
}
