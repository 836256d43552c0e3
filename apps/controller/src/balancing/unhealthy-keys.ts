import type { ServiceUpstream } from './service-upstream.ts'

/** Keys of endpoints that health checks or their own answers take out for now, as this thread sees them. */
export function unhealthyKeys({ checks, detector }: Pick<ServiceUpstream, 'checks' | 'detector'>): ReadonlySet<string> {
  return new Set([...(checks?.unhealthy() ?? []), ...(detector?.unhealthy() ?? [])])
}
