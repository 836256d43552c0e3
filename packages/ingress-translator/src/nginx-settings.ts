import type { AnnotationReader } from './annotation-reader.ts'
import { readNginxAffinity } from './nginx-affinity.ts'
import { readNginxRetry } from './nginx-retry.ts'
import { type NginxUpstream, readNginxUpstream } from './nginx-upstream.ts'

/** What the annotations of ingress-nginx on one Ingress say about balancing. */
export interface NginxSettings {
  readonly upstream: NginxUpstream
  readonly retry: ReturnType<typeof readNginxRetry>
  readonly affinity: ReturnType<typeof readNginxAffinity>
}

/** Reads them all; bad values are problems. */
export function readNginxSettings(reader: AnnotationReader): NginxSettings {
  return { upstream: readNginxUpstream(reader), retry: readNginxRetry(reader), affinity: readNginxAffinity(reader) }
}
