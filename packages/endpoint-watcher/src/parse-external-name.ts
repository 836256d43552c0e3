/** Decides whether the `externalName` of a Service may be connected to at all. */
import { addressScope } from './address-scope.ts'

export type ExternalName =
  | { readonly kind: 'name'; readonly host: string }
  | { readonly kind: 'invalid'; readonly message: string }
  | { readonly kind: 'refused'; readonly message: string }

/**
 * Lower-cases the name and strips its trailing dot. Names of this machine and IP literals that are not plain unicast are
 * refused; what a harmless name resolves to must be checked again when it is resolved (`addressScope`).
 */
export function parseExternalName(value: unknown): ExternalName {
  if (typeof value !== 'string' || value === '') return { kind: 'invalid', message: 'is missing: name a DNS host' }
  const host = value.toLowerCase().replace(/\.$/, '')
  const scope = addressScope(host)
  if (scope === 'unicast') return { kind: 'name', host }
  if (scope !== 'not-an-address') return { kind: 'refused', message: `is a ${scope} address: name a host elsewhere` }
  if (host.length > maxNameLength || !dnsName.test(host))
    return { kind: 'invalid', message: 'is no DNS name (RFC 1123)' }
  if (localName.test(host)) return { kind: 'refused', message: 'is this machine: name a host elsewhere' }
  if (endsInNumber.test(host)) {
    return { kind: 'refused', message: 'is an IPv4 address in disguise: write it as four decimal numbers' }
  }
  return { kind: 'name', host }
}

const maxNameLength = 253 // RFC 1035 §2.3.4, without the trailing dot
const dnsName = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*$/
const localName = /^(?:.+\.)?(?:localhost6?(?:\.localdomain6?)?|ip6-localhost|ip6-loopback)$/ // RFC 6761 §6.3
/** `127.1`, `2130706433`, `0x7f.1`: what getaddrinfo reads as IPv4 (WHATWG URL "ends in a number"). */
const endsInNumber = /(?:^|\.)(?:[0-9]+|0x[0-9a-f]*)$/
