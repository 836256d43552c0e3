/** Recognises IP addresses in host position. */

const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/
const IPV6_GROUP = /^[0-9a-f]{1,4}$/i

/** Says whether `text` is an IPv4 address in dotted decimal form. */
export function isIpv4(text: string): boolean {
  return IPV4.test(text)
}

/**
 * Says whether `text` is an IPv6 address, without brackets and without a zone.
 *
 * @see RFC 4291 §2.2
 */
export function isIpv6(text: string): boolean {
  // 45 is the longest form: six groups and an embedded IPv4 address.
  if (text.length > 45) return false
  const halves = text.split('::')
  const [head = '', tail] = halves
  if (halves.length > 2) return false
  if (tail === undefined) return groupCount(head, { mayEndInIpv4: true }) === 8
  const before = groupCount(head, { mayEndInIpv4: false })
  const after = groupCount(tail, { mayEndInIpv4: true })
  return before + after <= 7
}

/** Sixteen-bit groups in `text`; NaN when one is malformed. */
function groupCount(text: string, options: { readonly mayEndInIpv4: boolean }): number {
  if (text === '') return 0
  const groups = text.split(':')
  const last = groups.at(-1) ?? ''
  if (options.mayEndInIpv4 && isIpv4(last)) {
    return groups.slice(0, -1).every(isGroup) ? groups.length + 1 : Number.NaN
  }
  return groups.every(isGroup) ? groups.length : Number.NaN
}

function isGroup(text: string): boolean {
  return IPV6_GROUP.test(text)
}
