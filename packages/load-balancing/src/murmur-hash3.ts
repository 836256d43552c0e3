/** A 32-bit hash of text. */

/**
 * MurmurHash3 (x86, 32 bits) of the UTF-8 bytes of a text, as an unsigned integer. Linear in the length, no allocation.
 *
 * A lone surrogate counts as its three-byte form, so different texts stay different. Not for untrusted tables: whoever
 * knows the seed can construct collisions.
 *
 * @see Austin Appleby, smhasher, src/MurmurHash3.cpp, `MurmurHash3_x86_32` (public domain)
 */
export const murmurHash3 = (text: string, seed: number): number => {
  let hash = seed | 0
  let block = 0
  let byteCount = 0
  for (let at = 0; at < text.length; at += 1) {
    const codePoint = text.codePointAt(at) ?? 0
    if (codePoint > 0xffff) at += 1
    for (let shift = leadShift(codePoint); shift >= 0; shift -= 6) {
      block |= utf8Byte(codePoint, shift) << ((byteCount & 3) << 3)
      byteCount += 1
      if ((byteCount & 3) !== 0) continue
      hash ^= scrambled(block)
      hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0
      block = 0
    }
  }
  if ((byteCount & 3) !== 0) hash ^= scrambled(block)
  return avalanched(hash ^ byteCount)
}

/** Position of the highest bits that the first byte of the UTF-8 form carries (RFC 3629 §3); the others follow by six. */
const leadShift = (codePoint: number): number => {
  if (codePoint < 0x80) return 0
  if (codePoint < 0x800) return 6
  return codePoint < 0x10000 ? 12 : 18
}

const utf8Byte = (codePoint: number, shift: number): number => {
  if (codePoint < 0x80) return codePoint
  if (shift !== leadShift(codePoint)) return 0x80 | ((codePoint >> shift) & 0x3f)
  const marker = shift === 6 ? 0xc0 : shift === 12 ? 0xe0 : 0xf0
  return marker | (codePoint >> shift)
}

const scrambled = (block: number): number => {
  const product = Math.imul(block, 0xcc9e2d51)
  return Math.imul((product << 15) | (product >>> 17), 0x1b873593)
}

const avalanched = (hash: number): number => {
  const once = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  const twice = Math.imul(once ^ (once >>> 13), 0xc2b2ae35)
  return (twice ^ (twice >>> 16)) >>> 0
}
