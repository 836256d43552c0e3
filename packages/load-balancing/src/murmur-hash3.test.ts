import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import '../test/seed.ts'
import { murmurHash3 } from './murmur-hash3.ts'

describe('murmurHash3', () => {
  it.each([
    ['', 0, 0],
    ['', 1, 0x514e28b7],
    ['', 0xffffffff, 0x81f16f39],
    ['test', 0, 0xba6bd213],
    ['test', 0x9747b28c, 0x704b81dc],
    ['Hello, world!', 0, 0xc0363e43],
    ['Hello, world!', 0x9747b28c, 0x24884cba],
    ['The quick brown fox jumps over the lazy dog', 0, 0x2e4ff723],
    ['The quick brown fox jumps over the lazy dog', 0x9747b28c, 0x2fa826cd],
  ])('gives the published value for %j with seed %d', (text, seed, expected) => {
    expect(murmurHash3(text, seed)).toBe(expected)
  })

  it('hashes the UTF-8 bytes of any well-formed text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(), (text, seed) => {
        expect(murmurHash3(text, seed)).toBe(reference(new TextEncoder().encode(text), seed))
      }),
      { numRuns: 200 },
    )
  })

  it('tells lone surrogates apart', () => {
    expect(murmurHash3('\ud800', 0)).not.toBe(murmurHash3('\udbff', 0))
  })
})

/** The algorithm over bytes in 64-bit arithmetic, written apart from the one under test. */
const reference = (bytes: Uint8Array, seed: number): number => {
  const u32 = (value: bigint): bigint => BigInt.asUintN(32, value)
  const rotate = (value: bigint, by: bigint): bigint => u32((value << by) | (value >> (32n - by)))
  let hash = BigInt(seed)
  for (let at = 0; at < bytes.length; at += 4) {
    const chunk = bytes.subarray(at, at + 4)
    const block = chunk.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n)
    hash ^= u32(rotate(u32(block * 0xcc9e2d51n), 15n) * 0x1b873593n)
    if (chunk.length === 4) hash = u32(rotate(hash, 13n) * 5n + 0xe6546b64n)
  }
  hash ^= BigInt(bytes.length)
  hash = u32((hash ^ (hash >> 16n)) * 0x85ebca6bn)
  hash = u32((hash ^ (hash >> 13n)) * 0xc2b2ae35n)
  return Number(hash ^ (hash >> 16n))
}
