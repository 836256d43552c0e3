/** Spreads the bits of a 32-bit number. */

/**
 * A bijection of 32-bit numbers, as an unsigned integer: each bit of the input changes about half the bits of the result.
 *
 * @see Austin Appleby, smhasher, src/MurmurHash3.cpp, `fmix32` (public domain)
 */
export const avalanche = (hash: number): number => {
  const once = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  const twice = Math.imul(once ^ (once >>> 13), 0xc2b2ae35)
  return (twice ^ (twice >>> 16)) >>> 0
}
