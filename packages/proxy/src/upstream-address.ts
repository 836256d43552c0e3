/** From an endpoint to the IP address that is connected to, with names checked after they are resolved. */

import { lookup as dnsLookup } from 'node:dns/promises'
import { BlockList, isIP } from 'node:net'
import type { DataPlaneOptions } from './data-plane.ts'

type Lookup = NonNullable<DataPlaneOptions['lookup']>

const refused = new BlockList()
refused.addSubnet('0.0.0.0', 8, 'ipv4') // "this host", RFC 1122 §3.2.1.3
refused.addSubnet('127.0.0.0', 8, 'ipv4')
refused.addSubnet('169.254.0.0', 16, 'ipv4') // link-local, and where clouds keep instance metadata
refused.addAddress('100.100.100.200', 'ipv4') // Alibaba Cloud metadata
refused.addAddress('168.63.129.16', 'ipv4') // Azure host agent
refused.addSubnet('224.0.0.0', 4, 'ipv4') // multicast
refused.addAddress('255.255.255.255', 'ipv4')
refused.addSubnet('::', 96, 'ipv6') // unspecified, loopback, IPv4-compatible
refused.addSubnet('fe80::', 10, 'ipv6')
refused.addSubnet('64:ff9b::', 96, 'ipv6') // NAT64: an IPv4 address in disguise
refused.addSubnet('64:ff9b:1::', 48, 'ipv6') // local-use NAT64, RFC 8215
refused.addSubnet('::ffff:0:0:0', 96, 'ipv6') // SIIT, RFC 2765
refused.addSubnet('2002::', 16, 'ipv6') // 6to4, which embeds an IPv4 address too
refused.addSubnet('fec0::', 10, 'ipv6') // site-local, RFC 3879
refused.addAddress('fd00:ec2::254', 'ipv6') // AWS metadata
refused.addAddress('fd20:ce::254', 'ipv6') // Google Cloud metadata
refused.addSubnet('ff00::', 8, 'ipv6')

/** Whether a name must not lead to this address. IPv4-mapped IPv6 addresses count as the IPv4 address. */
export function isRefusedAddress(address: string): boolean {
  const family = isIP(address)
  return family === 0 || refused.check(address, family === 6 ? 'ipv6' : 'ipv4')
}

/**
 * The address to connect to for an endpoint's address: a literal as it is and at once, a name resolved with `lookup`.
 * Rejects when the name does not resolve or has only refused addresses. The result is what is connected to: a second
 * resolution, which could answer differently, never happens.
 */
export function upstreamAddress(address: string, lookup: Lookup): string | Promise<string> {
  return isLiteral(address) ? address : resolved(address, lookup)
}

/** Addresses of endpoints found to be literals: asked for on every request. Bounded; emptied when full. */
const literals = new Set<string>()
const maxLiterals = 65_536

function isLiteral(address: string): boolean {
  if (literals.has(address)) return true
  if (isIP(address) === 0) return false
  if (literals.size >= maxLiterals) literals.clear()
  literals.add(address)
  return true
}

/** `dns.lookup` with all results: the system's resolver, `/etc/hosts` included. */
export const systemLookup: Lookup = async name => {
  const results = await dnsLookup(name, { all: true })
  return results.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }))
}

async function resolved(name: string, lookup: Lookup): Promise<string> {
  const results = await lookup(name)
  const allowed = results.find(result => !isRefusedAddress(result.address))
  if (allowed === undefined) throw new Error(`"${name}" has no address that may be connected to`)
  return allowed.address
}
