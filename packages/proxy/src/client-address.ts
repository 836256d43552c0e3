/** Whom a request is from, given what trusted proxies say in X-Forwarded-For. */

import { isIP } from 'node:net'
import type { TrustsPeer } from './trusted-peers.ts'

/** How many forwarded addresses are looked at, from the right; longer chains end there. */
const maxHops = 32

/**
 * The rightmost address that is not a trusted proxy's, beginning with the peer itself.
 *
 * Entries are read from the right and only while everything further right was trusted, so a client cannot
 * choose its address by sending the header. An entry that is no address ends the walk.
 */
export function clientAddress(peer: string, forwardedFor: readonly string[], trusts: TrustsPeer): string {
  let address = peer
  if (!trusts(peer)) return address
  const hops = forwardedFor.join(',').split(',').slice(-maxHops)
  for (let i = hops.length - 1; i >= 0; i--) {
    const hop = plainAddress((hops[i] ?? '').trim())
    if (hop === undefined) return address
    address = hop
    if (!trusts(hop)) return address
  }
  return address
}

/** The address without the IPv4-in-IPv6 prefix that dual-stack listeners report. */
export function unmapped(address: string): string {
  return address.startsWith('::ffff:') && isIP(address.slice(7)) === 4 ? address.slice(7) : address
}

function plainAddress(text: string): string | undefined {
  const bare = text.startsWith('[') ? text.slice(1, text.indexOf(']')) : text.replace(/^([0-9.]+):[0-9]+$/, '$1')
  return isIP(bare) === 0 ? undefined : unmapped(bare)
}
