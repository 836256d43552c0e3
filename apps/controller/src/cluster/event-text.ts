import { Buffer } from 'node:buffer'

/** Longer texts are cut before they are looked at: an annotation may have 256 KiB. */
const maxReadUnits = 8192

/** Control and format characters, among them escape sequences and marks that reverse the order of letters, and line separators. */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu

/**
 * Text from objects, fit for the terminals of those who read Events: runs of control and format characters become one space,
 * halves of surrogate pairs U+FFFD. At most `maxBytes` of UTF-8 (4 or more); a text that is cut ends with `…`.
 */
export function eventText(text: string, maxBytes: number): string {
  const clean = text.slice(0, maxReadUnits).toWellFormed().replace(unprintable, ' ').trim()
  if (text.length <= maxReadUnits && Buffer.byteLength(clean) <= maxBytes) return clean
  const buffer = new Uint8Array(maxBytes - Buffer.byteLength(cutMark))
  const { written } = new TextEncoder().encodeInto(clean, buffer) // It writes whole code points only.
  return new TextDecoder().decode(buffer.subarray(0, written)) + cutMark
}

const cutMark = '…'
