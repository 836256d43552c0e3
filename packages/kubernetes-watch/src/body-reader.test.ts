import { Buffer } from 'node:buffer'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readLines, readText } from './body-reader.ts'

async function* inParts(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let at = 0
  for (const size of sizes) {
    yield bytes.subarray(at, at + size)
    at += size
  }
  yield bytes.subarray(at)
}

async function linesOf(body: AsyncIterable<Uint8Array>, maxLineBytes: number): Promise<string[]> {
  const lines: string[] = []
  for await (const part of readLines(body, maxLineBytes)) lines.push(...part)
  return lines
}

describe('readLines', () => {
  it('gives the same lines however the bytes are split, and drops a last line that was cut', async () => {
    const line = fc.string({ unit: 'binary' }).filter(text => !text.includes('\n') && text.trim() !== '')
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 6 }), fc.array(fc.nat({ max: 9 })), async (lines, sizes) => {
        const bytes = Buffer.from(`${lines.map(text => `${text}\n`).join('')}{"cut":`)
        const expected = lines.map(text => Buffer.from(text).toString())
        expect(await linesOf(inParts(bytes, sizes), 10_000)).toEqual(expected)
      }),
    )
  })

  it('refuses a line that never ends', async () => {
    const endless = inParts(Buffer.from('x'.repeat(100)), Array<number>(100).fill(1))
    await expect(linesOf(endless, 50)).rejects.toThrow('longer than 50 bytes')
  })
})

describe('readText', () => {
  it('reads characters that were split, and refuses bodies that are too long', async () => {
    const bytes = Buffer.from('grüße')
    expect(await readText(inParts(bytes, [3, 1]), 7)).toBe('grüße')
    await expect(readText(inParts(bytes, []), 6)).rejects.toThrow('longer than 6 bytes')
  })
})
