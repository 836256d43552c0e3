import type { Parsed } from '@ingresskit/traffic-policies'

/** A value that was read. */
export function parsed<T>(value: T): Parsed<T> {
  return { kind: 'parsed', value }
}

/** A sentence for the author of the annotation: what is wrong, and what to write. */
export function invalid(message: string): { readonly kind: 'invalid'; readonly message: string } {
  return { kind: 'invalid', message }
}
