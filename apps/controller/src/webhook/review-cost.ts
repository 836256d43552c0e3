// How much work an Ingress is, told before it is done.
import type { KubernetesObject } from '@ingresskit/ingress-translator'
import { ingressPaths } from './ingress-paths.ts'

/** Beyond it a review could take longer than the two seconds that the API server waits, and keep others waiting. */
export const maxReviewCost = 100_000

/**
 * Paths, times the Services that each of them is spread over: what the time of a check is proportional to. 100,000 of them take less
 * than half a second. Nothing is said about what is malformed; it is cheap.
 */
export function reviewCost(ingress: KubernetesObject): number {
  const weights: unknown = ingress.metadata.annotations?.['ingresskit.dev/service-weights']
  return ingressPaths(ingress).length * (1 + (typeof weights === 'string' ? weights.split(',', maxWeights).length : 0))
}

const maxWeights = 50 // More are an error, and none of them is used.
