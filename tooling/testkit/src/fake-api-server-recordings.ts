// The exchanges in `recordings/`, recorded from a real kube-apiserver: what the fake one is held to.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** One exchange. */
export interface ApiRecording {
  /** The file's name without `.http`. */
  readonly name: string
  readonly method: string
  /** With its query. */
  readonly path: string
  /** What was noted about the request besides, e.g. `with a bad token`; may be empty. */
  readonly remark: string
  readonly requestContentType: string | undefined
  readonly requestBody: string | undefined
  readonly status: number
  /** Of the answer, by name in lower case. */
  readonly headers: ReadonlyMap<string, string>
  /** Of the answer: JSON, or for a watch JSON lines. */
  readonly body: string
}

const folder = join(import.meta.dirname, '..', 'recordings')

/** All of them, by name. */
export function apiRecordings(): readonly ApiRecording[] {
  const files = readdirSync(folder).filter(file => file.endsWith('.http'))
  return files.sort().map(file => apiRecording(file.slice(0, -'.http'.length)))
}

/** One of them; throws when there is none of that name. */
export function apiRecording(name: string): ApiRecording {
  const text = readFileSync(join(folder, `${name}.http`), 'utf8')
  const lines = text.replaceAll('\r\n', '\n').split('\n')
  const [first = '', ...notes] = lines.filter(line => line.startsWith('# ')).map(line => line.slice(2))
  const [method = '', path = '', ...remark] = first.split(' ')
  const answer = lines.slice(notes.length + 1)
  const end = answer.indexOf('')
  const headers = answer.slice(1, end).map((line): [string, string] => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
  })
  return {
    name,
    method,
    path,
    remark: remark.join(' '),
    requestContentType: noted(notes, 'Content-Type: '),
    requestBody: noted(notes, 'body: '),
    status: Number(answer[0]?.split(' ')[1]),
    headers: new Map(headers),
    body: answer.slice(end + 1).join('\n'),
  }
}

function noted(notes: readonly string[], label: string): string | undefined {
  return notes.find(note => note.startsWith(label))?.slice(label.length)
}
