import { circuitBreakerKeys, retryBudgetKeys } from '@ingresskit/load-balancing'
import type { CountPurpose } from './compose-balancer.ts'

/** What the limits of an upstream are counted by, in this thread or over several. */

/** Under which name the counts of a limit are kept. An upstream's key begins with its Service port, which holds no `#`. */
export function limitsName(upstream: string, purpose: CountPurpose): string {
  return `#${purpose} ${upstream}`
}

/** The keys that each limit counts. */
export const limitedKeys: Readonly<Record<CountPurpose, readonly { readonly key: string }[]>> = {
  breaker: circuitBreakerKeys.map(key => ({ key })),
  retries: retryBudgetKeys.map(key => ({ key })),
}
