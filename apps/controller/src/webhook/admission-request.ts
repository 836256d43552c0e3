// An AdmissionReview as the API server sends it, as far as it is read here.
import type { KubernetesObject } from '@ingresskit/ingress-translator'
import { z } from 'zod'

/** The question of an AdmissionReview (admission.k8s.io/v1 AdmissionRequest). */
export interface AdmissionRequest {
  /** Of this question; the answer repeats it. */
  readonly uid: string
  /** `CREATE`, `UPDATE`, `DELETE` or `CONNECT`. */
  readonly operation: string
  /** E.g. `status`; empty when the object itself is written. */
  readonly subResource: string
  /** The Ingress as it is to be stored; `undefined` when the question is about another kind, or there is no object. */
  readonly ingress: KubernetesObject | undefined
  /** The Ingress as it is stored now; `undefined` at creation. */
  readonly stored: KubernetesObject | undefined
}

/** A question, or what is wrong with it; the message repeats nothing of it. */
export type ParsedAdmissionRequest =
  | { readonly kind: 'request'; readonly request: AdmissionRequest }
  | { readonly kind: 'malformed'; readonly message: string }

const maxUidLength = 256 // A UUID has 36.

const reviewSchema = z.object({
  apiVersion: z.literal('admission.k8s.io/v1'),
  kind: z.literal('AdmissionReview'),
  request: z.object({
    uid: z.string().min(1).max(maxUidLength),
    operation: z.string(),
    kind: z.object({ group: z.string(), version: z.string(), kind: z.string() }),
    subResource: z.string().nullish(),
    namespace: z.string().nullish(),
    name: z.string().nullish(),
    object: z.unknown(),
    oldObject: z.unknown(),
  }),
})

/** Never throws; looks at the envelope only, so its cost does not depend on the object. */
export function parseAdmissionRequest(review: unknown): ParsedAdmissionRequest {
  const parsed = reviewSchema.safeParse(review)
  if (!parsed.success) {
    const fields = parsed.error.issues.map(({ path }) => (path.length === 0 ? 'the body' : path.join('.')))
    return {
      kind: 'malformed',
      message: `this is no AdmissionReview of admission.k8s.io/v1; wrong or missing: ${[...new Set(fields)].join(', ')}`,
    }
  }
  const { uid, operation, kind, subResource, object, oldObject, ...place } = parsed.data.request
  const isIngress = kind.group === 'networking.k8s.io' && kind.version === 'v1' && kind.kind === 'Ingress'
  return {
    kind: 'request',
    request: {
      uid,
      operation,
      subResource: subResource ?? '',
      ingress: isIngress ? ingressOf(object, place) : undefined,
      stored: isIngress ? ingressOf(oldObject, place) : undefined,
    },
  }
}

interface Place {
  readonly namespace?: string | null | undefined
  readonly name?: string | null | undefined
}

/** The object, with metadata that keep the promises of their type. */
function ingressOf(value: unknown, place: Place): KubernetesObject | undefined {
  if (!isRecord(value)) return undefined
  const metadata = isRecord(value['metadata']) ? value['metadata'] : {}
  const { namespace, name, annotations, ...rest } = metadata
  const keptNamespace = typeof namespace === 'string' ? namespace : place.namespace
  return {
    ...value,
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: {
      ...rest,
      // The name of a new object may still have to be generated.
      name: typeof name === 'string' ? name : (place.name ?? ''),
      ...(typeof keptNamespace === 'string' ? { namespace: keptNamespace } : {}),
      ...(isRecord(annotations) ? { annotations: annotations as Readonly<Record<string, string>> } : {}),
    },
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
