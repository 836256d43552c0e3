/** A 32-bit hash of text. */

import { avalanche } from './avalanche.ts'

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
  let at = 0
  // Most texts are ASCII: four characters are the four bytes of a block.
  for (; at + 4 <= text.length; at += 4) {
    const first = text.charCodeAt(at)
    const second = text.charCodeAt(at + 1)
    const third = text.charCodeAt(at + 2)
    const fourth = text.charCodeAt(at + 3)
    if ((first | second | third | fourth) > 0x7f) break
    hash = withBlock(hash, first | (second << 8) | (third << 16) | (fourth << 24))
  }
  let byteCount = at
  let block = 0
  for (; at < text.length; at += 1) {
    const codePoint = text.codePointAt(at) ?? 0
    if (codePoint > 0xffff) at += 1
    for (let shift = leadShift(codePoint); shift >= 0; shift -= 6) {
      block |= utf8Byte(codePoint, shift) << ((byteCount & 3) << 3)
      byteCount += 1
      if ((byteCount & 3) !== 0) continue
      hash = withBlock(hash, block)
      block = 0
    }
  }
  if ((byteCount & 3) !== 0) hash ^= scrambled(block)
  return avalanche(hash ^ byteCount)
}

const withBlock = (hash: number, block: number): number => {
  const mixed = hash ^ scrambled(block)
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0
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
