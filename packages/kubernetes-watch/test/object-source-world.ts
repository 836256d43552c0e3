// What the shared suite needs to know of a source: how to change what it sees.
import type { ObjectSource, SourceProblem } from '../src/index.ts'

/** An object as a test writes it. */
export interface WrittenObject {
  readonly kind: string
  readonly apiVersion: string
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly [field: string]: unknown }
  readonly [field: string]: unknown
}

/** What kinds of sources differ in. */
export interface SourceCapabilities {
  /** Secrets and ConfigMaps that nobody follows. */
  readonly unfollowed: 'given' | 'left-out'
  readonly fileOf: 'path' | 'undefined'
}

/** One world with one source looking at it. */
export interface SourceWorld extends AsyncDisposable {
  put(object: WrittenObject): Promise<void>
  remove(object: WrittenObject): Promise<void>
  source(options?: {
    readonly namespaces?: readonly string[]
    readonly onProblem?: (problem: SourceProblem) => void
  }): ObjectSource
}

/** An Ingress that sends everything for a host to a Service of its own name. */
export function ingress(key: string, host: string): WrittenObject {
  const [namespace = '', name = ''] = key.split('/')
  const service = { name, port: { number: 80 } }
  const paths = [{ path: '/', pathType: 'Prefix', backend: { service } }]
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, namespace },
    spec: { rules: [{ host, http: { paths } }] },
  }
}

/** A Service with one port. */
export function service(key: string): WrittenObject {
  const [namespace = '', name = ''] = key.split('/')
  return { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace }, spec: { ports: [{ port: 80 }] } }
}

/** A Secret with one entry. */
export function secret(key: string, text: string): WrittenObject {
  const [namespace = '', name = ''] = key.split('/')
  const data = { text: Buffer.from(text).toString('base64') }
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, type: 'Opaque', data }
}

/** An IngressClass. */
export function ingressClass(name: string): WrittenObject {
  const spec = { controller: 'ingresskit.dev/ingress-controller' }
  return { apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', metadata: { name }, spec }
}
