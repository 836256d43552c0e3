import type { Balancing } from './balancing.ts'
import { canonicalText } from './canonical-text.ts'

/** A policy without its key: `undefined` stands for absent. */
export type Policy = { readonly [P in keyof Omit<Balancing, 'key' | 'decidedBy'>]: Balancing[P] | undefined } & Pick<
  Balancing,
  'strategy' | 'panicPercent'
>

/** Completes a policy: what is `undefined` is left out, and what says the same has the same key. */
export function balancingOf(policy: Policy, decidedBy: Balancing['decidedBy']): Balancing {
  const present = Object.fromEntries(Object.entries(policy).filter(([, value]) => value !== undefined))
  return {
    ...(present as Omit<Balancing, 'key' | 'decidedBy'>),
    key: canonicalText(policy),
    decidedBy,
  }
}

/** How requests are spread where no annotation says anything: round-robin, without anything around it. */
export const defaultBalancing: Balancing = Object.freeze(balancingOf({ strategy: 'round-robin', panicPercent: 50 }, {}))
