/** Reads what a backend received, more strictly than any backend would: shares no code with the parsers under test. */

export interface StrictRequest {
  readonly method: string
  readonly target: string
  readonly fields: readonly (readonly [name: string, value: string])[]
  readonly framing: 'none' | 'length' | 'chunked'
  readonly body: string
}

export interface StrictReading {
  readonly requests: readonly StrictRequest[]
  /** The beginning of another one; `head` is absent as long as its empty line has not come. */
  readonly unfinished?: { readonly bytes: string; readonly head?: StrictRequest }
  /** Why what follows `requests` can never become a request. */
  readonly fault?: string
}

const requestLine = /^([A-Z]+(?:-[A-Z]+)*) (\/[\x21-\x7e]*) HTTP\/1\.1$/
const fieldLine =
  /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+): ?((?:[\x21-\x7e\x80-\xff](?:[\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?)?)$/

/** Reads all of a connection. */
export function readStrictly(bytes: string): StrictReading {
  const requests: StrictRequest[] = []
  let at = 0
  while (at < bytes.length) {
    const headEnd = bytes.indexOf('\r\n\r\n', at)
    if (headEnd < 0) return { requests, unfinished: { bytes: bytes.slice(at) } }
    const head = readHead(bytes.slice(at, headEnd))
    if (typeof head === 'string') return { requests, fault: head }
    const body = readBody(bytes, headEnd + 4, head)
    if (typeof body === 'string') return { requests, fault: body }
    const request = { ...head, body: body.data }
    if (body.end === undefined) return { requests, unfinished: { bytes: bytes.slice(at), head: request } }
    requests.push(request)
    at = body.end
  }
  return { requests }
}

function readHead(text: string): Omit<StrictRequest, 'body'> | string {
  const [first = '', ...lines] = text.split('\r\n')
  const [, method, target] = requestLine.exec(first) ?? []
  if (method === undefined || target === undefined) return `not a request line: ${JSON.stringify(first)}`
  const fields: (readonly [string, string])[] = []
  for (const line of lines) {
    const [, name, value] = fieldLine.exec(line) ?? []
    if (name === undefined || value === undefined) return `not a field line: ${JSON.stringify(line)}`
    fields.push([name, value])
  }
  const values = (wanted: string): string[] =>
    fields.filter(([name]) => name.toLowerCase() === wanted).map(([, value]) => value)
  if (values('host').length !== 1) return `${values('host').length} Host fields`
  const lengths = values('content-length')
  const codings = values('transfer-encoding')
  if (lengths.length + codings.length > 1) return `${lengths.length} lengths and ${codings.length} transfer codings`
  const [length] = lengths
  if (length !== undefined && !/^(0|[1-9][0-9]{0,14})$/.test(length)) return `Content-Length ${length}`
  const [coding] = codings
  if (coding !== undefined && coding !== 'chunked') return `Transfer-Encoding ${coding}`
  const framing = coding === undefined ? (length === undefined ? 'none' : 'length') : 'chunked'
  return { method, target, fields, framing }
}

/** `end` is absent as long as the body is not complete; a string says why it never can be. */
function readBody(
  bytes: string,
  start: number,
  head: Omit<StrictRequest, 'body'>,
): { readonly data: string; readonly end?: number } | string {
  switch (head.framing) {
    case 'none':
      return { data: '', end: start }
    case 'length': {
      const length = Number(head.fields.find(([name]) => name.toLowerCase() === 'content-length')?.[1])
      const data = bytes.slice(start, start + length)
      return data.length < length ? { data } : { data, end: start + length }
    }
    case 'chunked':
      return readChunks(bytes, start)
  }
}

function readChunks(bytes: string, start: number): { readonly data: string; readonly end?: number } | string {
  let data = ''
  let at = start
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', at)
    if (lineEnd < 0) return /^[0-9a-fA-F]*\r?$/.test(bytes.slice(at)) ? { data } : 'not a chunk size'
    const size = bytes.slice(at, lineEnd)
    if (!/^[0-9a-fA-F]{1,12}$/.test(size)) return `chunk size ${JSON.stringify(size)}`
    const length = Number.parseInt(size, 16)
    const dataStart = lineEnd + 2
    // The last chunk has no extension and no trailers behind it.
    const end = length === 0 ? dataStart : dataStart + length
    data += bytes.slice(dataStart, end)
    const after = bytes.slice(end, end + 2)
    if (!'\r\n'.startsWith(after)) return `${JSON.stringify(after)} after a chunk`
    if (after.length < 2) return { data }
    if (length === 0) return { data, end: end + 2 }
    at = end + 2
  }
}
