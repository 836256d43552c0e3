/** Finds the certificates in a PEM text. */

const begin = '-----BEGIN CERTIFICATE-----'
const end = '-----END CERTIFICATE-----'

/** The CERTIFICATE blocks in the order of the text, at most `limit`; anything between them is left out. O(length). */
export function pemCertificates(text: string, limit: number): readonly string[] {
  const blocks: string[] = []
  let from = text.indexOf(begin)
  while (from >= 0 && blocks.length < limit) {
    const to = text.indexOf(end, from)
    if (to < 0) break
    blocks.push(`${text.slice(from, to + end.length)}\n`)
    from = text.indexOf(begin, to)
  }
  return blocks
}
