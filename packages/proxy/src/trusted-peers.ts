/** Which peers are believed when they speak for a client. */

import { BlockList, isIP } from 'node:net'
import { ProxyError } from './proxy-error.ts'

export type TrustsPeer = (address: string) => boolean

/** Compiles addresses and CIDR ranges; throws `bad-option` naming the entry that is neither. */
export function trustedPeers(entries: readonly string[]): TrustsPeer {
  if (entries.length === 0) return () => false
  const list = new BlockList()
  for (const entry of entries) addEntry(list, entry)
  return address => {
    const family = isIP(address)
    return family !== 0 && list.check(address, family === 6 ? 'ipv6' : 'ipv4')
  }
}

function addEntry(list: BlockList, entry: string): void {
  const [address = '', prefix] = entry.split('/', 2)
  const family = isIP(address)
  const bits = prefix === undefined ? (family === 6 ? 128 : 32) : /^[0-9]{1,3}$/.test(prefix) ? Number(prefix) : -1
  if (family === 0 || bits < 0 || bits > (family === 6 ? 128 : 32)) {
    throw new ProxyError('bad-option', `trustedProxies entry "${entry}" is not an IP address or a CIDR range`)
  }
  list.addSubnet(address, bits, family === 6 ? 'ipv6' : 'ipv4')
}
