import type { Balancing } from '@ingresskit/ingress-translator'
import { circuitBreakerKeys, retryBudgetKeys } from '@ingresskit/load-balancing'

/** What the limits of a Service port are counted by, in this thread or over several. */

/** What is counted beside requests in flight by endpoint. */
export type CountPurpose = 'breaker' | 'retries'

const settings = { breaker: 'circuit-breaker', retries: 'retry' } as const

/**
 * Under which name the counts of a limit are kept; names of requests in flight begin with no `#`.
 *
 * A limit holds for what the object that set it is used for: one on a Service for all its requests on that port, one on an Ingress for
 * those of this Ingress. The counts go on when the limit, or any other setting, changes.
 */
export function limitsName(servicePort: string, purpose: CountPurpose, { decidedBy }: Balancing): string {
  return `#${purpose} ${servicePort}|${decidedBy[settings[purpose]] ?? ''}`
}

/** The keys that each limit counts. */
export const limitedKeys: Readonly<Record<CountPurpose, readonly { readonly key: string }[]>> = {
  breaker: circuitBreakerKeys.map(key => ({ key })),
  retries: retryBudgetKeys.map(key => ({ key })),
}
