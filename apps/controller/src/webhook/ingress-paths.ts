// Walks through an Ingress whose shape nobody has checked.
import type { KubernetesObject } from '@ingresskit/ingress-translator'

/** Every HTTPIngressPath of the rules (networking.k8s.io/v1), unvalidated; what is no list has none. */
export function ingressPaths(ingress: KubernetesObject): readonly unknown[] {
  return items(fieldOf(ingress['spec'], 'rules')).flatMap(rule => items(fieldOf(fieldOf(rule, 'http'), 'paths')))
}

/** An own field of an object; `undefined` of anything else. */
export function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined
}

function items(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
