/** What the process of the fake API server is told, and what it answers; one answer for each. */

import type { ClusterShape } from './scale-set.ts'

export type ClusterRequest =
  | { readonly kind: 'fill'; readonly shape: ClusterShape; readonly seed: number }
  /** So many changes a second from now on; 0 stops them. */
  | { readonly kind: 'events'; readonly perSecond: number }
  | {
      readonly kind: 'probe'
      readonly change: 'endpoints' | 'ingress'
      readonly index: number
      readonly answer: 'a' | 'b'
    }

export type ClusterAnswer =
  | { readonly kind: 'filled'; readonly kubeconfig: string; readonly objects: number }
  /** How many changes there were since the rate was last set, and in how many seconds. */
  | { readonly kind: 'events'; readonly count: number; readonly seconds: number }
  /** When the change was written, on the clock that all processes of a machine share (`process.hrtime`), in milliseconds. */
  | { readonly kind: 'written'; readonly atMs: number }

/** The clock that processes of one machine share, in milliseconds. */
export function sharedNowMs(): number {
  return Number(process.hrtime.bigint()) / 1e6
}
