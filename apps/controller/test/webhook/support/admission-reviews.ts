import type { KubernetesObject } from '@ingresskit/ingress-translator'
import type { OwnClasses } from '../../../src/webhook/check-ingress.ts'

/** Ingresses, and the questions that an API server asks about them. */

export const ownClasses: OwnClasses = { names: ['ingresskit'], withoutClass: 'ignore' }

export interface IngressParts {
  readonly name?: string
  readonly annotations?: Readonly<Record<string, string>>
  /** Beside the class, which is ours unless it is given. */
  readonly spec?: Readonly<Record<string, unknown>>
  readonly metadata?: Readonly<Record<string, unknown>>
}

/** An Ingress of ours that is all right: one host, one path. */
export function ingress({ name = 'site', annotations, spec = {}, metadata = {} }: IngressParts = {}): KubernetesObject {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, namespace: 'shop', ...(annotations === undefined ? {} : { annotations }), ...metadata },
    spec: { ingressClassName: 'ingresskit', rules: [rule('shop.example', pathTo('web'))], ...spec },
  }
}

export function rule(host: string, ...paths: readonly unknown[]): unknown {
  return { host, http: { paths } }
}

export function pathTo(service: string, path = '/', port: unknown = { number: 80 }): unknown {
  return { path, pathType: 'Prefix', backend: { service: { name: service, port } } }
}

/** One that has two errors: `errors` says where. */
export const badIngress: KubernetesObject = ingress({
  annotations: { 'nginx.ingress.kubernetes.io/auth-url': 'http://auth.example', 'ingresskit.dev/load-balance': 'fast' },
})

export interface Question {
  readonly uid?: string
  readonly operation?: string
  readonly object?: unknown
  readonly oldObject?: unknown
  readonly subResource?: string
  readonly kind?: { readonly group: string; readonly version: string; readonly kind: string }
}

/** An AdmissionReview as a kube-apiserver 1.36 sends it. */
export function review({ uid = '705ab4f5-6393-11e8-b7cc-42010a800002', operation, ...given }: Question): unknown {
  const kind = given.kind ?? { group: 'networking.k8s.io', version: 'v1', kind: 'Ingress' }
  const resource = { group: 'networking.k8s.io', version: 'v1', resource: 'ingresses' }
  return {
    kind: 'AdmissionReview',
    apiVersion: 'admission.k8s.io/v1',
    request: {
      uid,
      kind,
      resource,
      ...(given.subResource === undefined ? {} : { subResource: given.subResource }),
      requestKind: kind,
      requestResource: resource,
      name: 'site',
      namespace: 'shop',
      operation: operation ?? 'CREATE',
      userInfo: { username: 'jane', groups: ['system:authenticated'] },
      object: given.object ?? null,
      oldObject: given.oldObject ?? null,
      dryRun: false,
      options: { kind: 'CreateOptions', apiVersion: 'meta.k8s.io/v1' },
    },
  }
}
