// One address as the status of an Ingress has it, checked and in one spelling.
import { isIP, SocketAddress } from 'node:net'
import { fieldsOf } from './fields-of.ts'

/** One entry of `status.loadBalancer.ingress` (networking/v1 IngressLoadBalancerIngress): an IP address or a name. */
export type LoadBalancerIngress =
  | { readonly ip: string; readonly hostname?: undefined }
  | { readonly hostname: string; readonly ip?: undefined }

/** The longest name in DNS (RFC 1035 §2.3.4), and so the longest the API server takes. */
const maxNameLength = 253
const label = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?'
const namePattern = new RegExp(`^${label}(\\.${label})*$`)

/**
 * An IP address (RFC 5952 spelling for IPv6) or a DNS name (RFC 1123: lower case, without the last dot); `undefined` for
 * anything else, which the API server would refuse: zones, ports, wildcards, numbers that look like addresses.
 */
export function statusAddress(text: unknown): LoadBalancerIngress | undefined {
  if (typeof text !== 'string') return undefined
  const family = text.includes('%') ? 0 : isIP(text)
  if (family === 4) return { ip: text }
  if (family === 6) return { ip: new SocketAddress({ address: text, family: 'ipv6' }).address }
  const name = text.toLowerCase().replace(/\.$/, '')
  if (name.length > maxNameLength || !namePattern.test(name) || /^[0-9.]+$/.test(name)) return undefined
  return { hostname: name }
}

/** Without duplicates and in one order: IPv4, IPv6, names, each by its text. */
export function canonicalAddresses(addresses: readonly LoadBalancerIngress[]): readonly LoadBalancerIngress[] {
  const byKey = new Map(addresses.map(address => [addressKey(address), address]))
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, address]) => address)
}

/** Equal for equal sets of addresses, whatever their order. */
export function addressesKey(addresses: readonly LoadBalancerIngress[]): string {
  return canonicalAddresses(addresses).map(addressKey).join(' ')
}

/** What the status of an object of the API says in the same terms; what isn't an address stays different from every address. */
export function statusKey(status: unknown): string {
  const entries = fieldsOf(fieldsOf(status)['loadBalancer'])['ingress']
  if (!Array.isArray(entries)) return ''
  const keys = entries.flatMap((entry: unknown) => {
    const { ip, hostname } = fieldsOf(entry)
    const given = [ip, hostname].filter(text => text !== undefined && text !== '')
    return given.map(text => {
      const address = statusAddress(text)
      return address ? addressKey(address) : `other:${JSON.stringify(text)}`
    })
  })
  return [...new Set(keys)].sort().join(' ')
}

function addressKey({ ip, hostname }: LoadBalancerIngress): string {
  if (ip === undefined) return `name:${hostname}`
  return isIP(ip) === 4 ? `4:${ip}` : `6:${ip}`
}
