/** The fake API server and the backends, in processes of their own on the core of the load. */

import { fileURLToPath } from 'node:url'
import { nextMessage } from '../measure/next-message.ts'
import { loadCore, pinned, type PinnedProcess } from '../measure/pinned-process.ts'
import type { ClusterAnswer, ClusterRequest } from './cluster-messages.ts'
import { within } from './within.ts'

/** A cluster that is filled and can be changed. */
export interface ClusterProcess {
  /** One at a time. Rejects when the process has ended. */
  tell<Kind extends ClusterAnswer['kind']>(
    request: ClusterRequest,
    expected: Kind,
  ): Promise<Extract<ClusterAnswer, { readonly kind: Kind }>>
  stop(): Promise<void>
}

/** For one answer; a large cluster takes a minute to fill on a slow machine. */
const patienceMs = 180_000

/** Starts the API server, empty. */
export function startCluster(): ClusterProcess {
  // It holds everything as objects, and a history of them.
  const started = startProgram('cluster-program', [], ['--max-old-space-size=8192'])
  return {
    async tell(request, expected) {
      const answered = within(nextMessage(started, 'the API server'), patienceMs, 'the API server')
      started.child.send(request, () => {})
      const answer = (await answered) as ClusterAnswer
      if (answer.kind !== expected) throw new Error(`the API server answered ${answer.kind} in place of ${expected}`)
      return answer as Extract<ClusterAnswer, { readonly kind: typeof expected }>
    },
    stop: started.stop,
  }
}

/** Starts the backends. */
export async function startBackends(): Promise<{
  readonly ports: { readonly a: number; readonly b: number }
  stop(): Promise<void>
}> {
  const started = startProgram('backend-program', [])
  const ports = (await within(nextMessage(started, 'the backend'), patienceMs, 'the backend')) as {
    readonly a: number
    readonly b: number
  }
  return { ports, stop: started.stop }
}

/** Starts one of the programs of this folder. */
export function startProgram(
  name: 'cluster-program' | 'backend-program' | 'load-program',
  args: readonly number[],
  nodeOptions: readonly string[] = [],
): PinnedProcess {
  const program = fileURLToPath(new URL(`./${name}.ts`, import.meta.url))
  return pinned(loadCore, [process.execPath, ...nodeOptions, program, ...args.map(String)])
}
