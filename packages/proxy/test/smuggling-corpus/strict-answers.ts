/** Reads what a client received: every answer must be whole and framed in one way. */

export interface StrictAnswer {
  readonly status: number
  readonly fields: readonly (readonly [name: string, value: string])[]
  readonly body: string
}

export interface AnswersReading {
  /** Final answers; interim ones (1xx other than 101) are skipped. */
  readonly answers: readonly StrictAnswer[]
  /** What follows the last whole answer. */
  readonly rest: string
}

const statusLine = /^HTTP\/1\.1 ([1-9][0-9]{2}) [\t\x20-\x7e\x80-\xff]*$/

/** `methods` are those of the requests in order: answers to HEAD have no body. */
export function readAnswers(bytes: string, methods: readonly string[]): AnswersReading {
  const answers: StrictAnswer[] = []
  let at = 0
  for (;;) {
    const headEnd = bytes.indexOf('\r\n\r\n', at)
    if (headEnd < 0) return { answers, rest: bytes.slice(at) }
    const [first = '', ...lines] = bytes.slice(at, headEnd).split('\r\n')
    const status = Number(statusLine.exec(first)?.[1])
    const fields = lines.map(line => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const
    })
    if (Number.isNaN(status)) return { answers, rest: bytes.slice(at) }
    if (status < 200 && status !== 101) {
      at = headEnd + 4
      continue
    }
    const isBodiless = status === 101 || status === 204 || status === 304 || methods[answers.length] === 'HEAD'
    const body = isBodiless ? { text: '', end: headEnd + 4 } : readBody(bytes, headEnd + 4, fields)
    if (body === undefined) return { answers, rest: bytes.slice(at) }
    answers.push({ status, fields, body: body.text })
    at = body.end
  }
}

function readBody(
  bytes: string,
  start: number,
  fields: StrictAnswer['fields'],
): { readonly text: string; readonly end: number } | undefined {
  const value = (wanted: string): string | undefined => fields.find(([name]) => name === wanted)?.[1]
  if (value('transfer-encoding') === undefined) {
    const length = Number(value('content-length') ?? Number.NaN)
    return bytes.length < start + length || Number.isNaN(length)
      ? undefined
      : { text: bytes.slice(start, start + length), end: start + length }
  }
  let text = ''
  let at = start
  for (;;) {
    const size = /^([0-9a-f]+)\r\n/i.exec(bytes.slice(at, at + 20))
    if (size === null) return undefined
    const dataStart = at + size[0].length
    const dataEnd = dataStart + Number.parseInt(size[1] ?? '', 16)
    if (bytes.slice(dataEnd, dataEnd + 2) !== '\r\n') return undefined
    if (dataEnd === dataStart) return { text, end: dataEnd + 2 }
    text += bytes.slice(dataStart, dataEnd)
    at = dataEnd + 2
  }
}
