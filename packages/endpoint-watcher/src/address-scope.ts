/** What an IP address is good for, so that no object can point the proxy at its own host or at a metadata service. */
import { BlockList, isIP, SocketAddress } from 'node:net'

/** Where an address leads, as far as its range tells. */
export type AddressScope =
  | 'loopback'
  | 'link-local'
  | 'cloud-metadata'
  | 'unspecified'
  | 'multicast'
  | 'unicast'
  | 'not-an-address'

/**
 * The scope of an IP literal; IPv4-mapped IPv6 addresses count as the IPv4 address inside (RFC 4291 §2.5.5.2).
 * Addresses with a zone (`fe80::1%eth0`) and IPv4 in any but four-part decimal form are `not-an-address`.
 *
 * Also meant for DNS answers: a connector that resolves an ExternalName checks each address with it. O(1).
 */
export function addressScope(address: string): AddressScope {
  const version = address.includes('%') ? 0 : isIP(address)
  if (version === 0) return 'not-an-address'
  return version === 4
    ? ipv4Scope(address)
    : (ipv6Scopes.find(([, list]) => list.check(address, 'ipv6'))?.[0] ?? 'unicast')
}

/** RFC 5952 form of an IPv6 literal; IPv4 unchanged. One address has one form, so keys can be compared. */
export function canonicalAddress(address: string): string {
  return isIP(address) === 6 ? new SocketAddress({ address, family: 'ipv6' }).address : address
}

/** By its first octets: block lists take microseconds, and slices have many addresses. */
function ipv4Scope(address: string): AddressScope {
  const first = Number.parseInt(address, 10)
  if (first === 0) return 'unspecified'
  if (first === 127) return 'loopback'
  if (address.startsWith('169.254.')) return 'link-local'
  if (metadataAddresses.includes(address)) return 'cloud-metadata'
  return (first >= 224 && first < 240) || address === '255.255.255.255' ? 'multicast' : 'unicast'
}

/** Where clouds answer their machines, credentials among it, beside 169.254.0.0/16: Alibaba, Azure, AWS, Google Cloud. */
const metadataAddresses: readonly string[] = ['100.100.100.200', '168.63.129.16', 'fd00:ec2::254', 'fd20:ce::254']

/** With the IPv4 ranges: a block list finds IPv4-mapped addresses there. */
const ipv6Scopes: readonly (readonly [AddressScope, BlockList])[] = [
  ['unspecified', blockList(['0.0.0.0', 8], ['::', 128])],
  ['loopback', blockList(['127.0.0.0', 8], ['::1', 128])],
  ['link-local', blockList(['169.254.0.0', 16], ['fe80::', 10])],
  [
    'cloud-metadata',
    blockList(...metadataAddresses.map(address => [address, address.includes(':') ? 128 : 32] as const)),
  ],
  ['multicast', blockList(['224.0.0.0', 4], ['ff00::', 8], ['255.255.255.255', 32])],
]

function blockList(...subnets: readonly (readonly [string, number])[]): BlockList {
  const list = new BlockList()
  for (const [network, prefix] of subnets) list.addSubnet(network, prefix, network.includes(':') ? 'ipv6' : 'ipv4')
  return list
}
