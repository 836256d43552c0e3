/** Who is at the other end of a client's connection. */

import { isIP } from 'node:net'
import { unmapped } from './client-address.ts'
import type { TrustsPeer } from './trusted-peers.ts'

/** The same for every request of a connection. */
export interface Peer {
  /** An IP address without the IPv4-in-IPv6 prefix, or `unknown` when the connection was gone before it was asked. */
  readonly address: string
  /** Whether it is believed when it speaks for a client. */
  readonly isTrusted: boolean
}

/** From what the socket says. */
export function peerOf(remoteAddress: string | undefined, trusts: TrustsPeer): Peer {
  const address = unmapped(remoteAddress ?? '')
  return { address: isIP(address) === 0 ? 'unknown' : address, isTrusted: trusts(address) }
}
