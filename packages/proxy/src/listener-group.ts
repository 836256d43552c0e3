/** The listeners of one data plane, opened together or not at all. */

import type { BoundListener, ListenerOptions } from './data-plane.ts'
import { openListener, type OpenListener, type PreparedServer } from './open-listener.ts'
import { ProxyError } from './proxy-error.ts'

export interface ListenerGroup {
  /** Opens all, once; `listen` of a data plane. Rejects with `bad-option` the second time. */
  open(): Promise<readonly BoundListener[]>
  /** Accepts no more, also when that is asked for while they open. */
  stopAccepting(): Promise<void>
  /** Ends what is left when their connections are gone. */
  dispose(): void
}

/** Makes the group; `prepare` makes the server behind each listener. `isOver` tells that it is too late to open it. */
export function listenerGroup(
  listeners: readonly ListenerOptions[],
  prepare: (listener: ListenerOptions) => PreparedServer,
  isOver: () => boolean,
): ListenerGroup {
  let opened: readonly OpenListener[] = []
  let opening: Promise<readonly OpenListener[]> | undefined
  return {
    open: async () => {
      if (opening !== undefined || isOver()) {
        throw new ProxyError(
          'bad-option',
          'listen() was called after listen() or drain(); make another data plane instead',
        )
      }
      opening = openAll(listeners, prepare).then(all => (opened = all))
      return (await opening).map(({ bound }) => bound)
    },
    stopAccepting: async () => {
      await opening?.catch(() => {})
      await Promise.all(opened.map(listener => listener.stopAccepting()))
    },
    dispose: () => {
      for (const listener of opened) listener.dispose()
    },
  }
}

async function openAll(
  listeners: readonly ListenerOptions[],
  prepare: (listener: ListenerOptions) => PreparedServer,
): Promise<readonly OpenListener[]> {
  const opened: OpenListener[] = []
  try {
    for (const listener of listeners) opened.push(await openListener(listener, () => prepare(listener)))
  } catch (error) {
    for (const listener of opened) listener.dispose()
    throw error
  }
  return opened
}
