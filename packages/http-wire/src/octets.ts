/** Which octets may stand where (RFC 9110 §5), as tables: one load and one comparison for each octet of a head. */

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** 1 for the octets of a token (RFC 9110 §5.6.2): field names and methods. */
export const tokenOctets: Uint8Array = tableOf(`!#$%&'*+-.^_\`|~0123456789${letters}`)

/** 1 for the octets of a field value (RFC 9110 §5.5): visible ASCII, space, tab and obs-text. */
export const valueOctets: Uint8Array = new Uint8Array(256).map((_, octet) =>
  octet === 0x09 || (octet >= 0x20 && octet !== 0x7f) ? 1 : 0,
)

/** 1 for visible ASCII: the only octets of a request target (RFC 9112 §3.2). */
export const visibleOctets: Uint8Array = new Uint8Array(256).map((_, octet) => (octet > 0x20 && octet < 0x7f ? 1 : 0))

/** The value of a hexadecimal digit, 255 for anything else. */
export const hexValues: Uint8Array = new Uint8Array(256).map((_, octet) => {
  const digit = '0123456789abcdef'.indexOf(String.fromCharCode(octet).toLowerCase())
  return digit < 0 ? 255 : digit
})

export const CR = 0x0d
export const LF = 0x0a
export const SP = 0x20
export const TAB = 0x09
export const COLON = 0x3a

function tableOf(characters: string): Uint8Array {
  const table = new Uint8Array(256)
  for (const character of characters) table[character.charCodeAt(0)] = 1
  return table
}
