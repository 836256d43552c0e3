/** Decisions about requests for the host `site.test`, from snapshots of a few objects. */

import type { HeaderList, RequestHead, RouteDecision } from '@ingresskit/proxy'
import type { DecisionChance } from '../../src/snapshot/decide.ts'
import { endpointSlice, ingressOf, serviceOf } from './kubernetes-objects.ts'

export const own = (name: string): string => `ingresskit.dev/${name}`
export const nginx = (name: string): string => `nginx.ingress.kubernetes.io/${name}`

/** A Service with one endpoint for each port. */
export function served(name: string, ...ports: readonly number[]) {
  return [
    serviceOf(name),
    ...ports.map(port => endpointSlice({ service: name, sliceName: `${name}-${port}`, ports: { http: port } })),
  ]
}

export function site(name: string, service: string, annotations: Readonly<Record<string, string>> = {}) {
  return ingressOf({ name, host: 'site.test', paths: [{ service }], annotations })
}

export function headOf(headers: Readonly<Record<string, string>> = {}): RequestHead {
  return {
    method: 'GET',
    scheme: 'http',
    httpVersion: '1.1',
    host: 'site.test',
    authority: 'site.test',
    path: '/',
    matchPath: '/',
    query: '',
    headers: headerList(Object.entries(headers)),
    clientAddress: '192.0.2.1',
    requestId: 'id',
  }
}

function headerList(fields: readonly (readonly [string, string])[]): HeaderList {
  const getAll = (name: string): readonly string[] =>
    fields.filter(([own]) => own.toLowerCase() === name).map(([, value]) => value)
  return {
    get: name => getAll(name)[0],
    getAll,
    has: name => getAll(name).length > 0,
    flat: fields.flat(),
    [Symbol.iterator]: () => fields[Symbol.iterator](),
  }
}

export const never: DecisionChance = { random: () => 0.999, now: () => 0 }
export const at = (draw: number): DecisionChance => ({ random: () => draw, now: () => 0 })

/** Name of the Service that a decision leads to, or the status that it answers with. */
export function goal(decision: RouteDecision): string | number {
  return decision.kind === 'forward' ? (decision.labels?.service ?? '?') : decision.status
}

export function answerHeaders(decision: RouteDecision, session?: string): readonly (readonly [string, string])[] {
  if (decision.kind !== 'forward') return decision.headers ?? []
  const endpoint = { key: 'e', address: '127.0.0.1', port: 1 }
  return decision.answerHeaders?.({ endpoint, ...(session === undefined ? {} : { session }) }) ?? []
}
