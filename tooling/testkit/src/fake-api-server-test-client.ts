// How the tests of the fake API server talk to it.
import type { FakeApiServer } from './fake-api-server.ts'

/** A whole answer. */
export interface TestAnswer {
  readonly status: number
  readonly headers: Headers
  /** Parsed when it is JSON, else the text; the tests assert on parts of whatever came. */
  readonly body: unknown
}

/** What goes into a request besides its path. */
export interface TestRequest {
  readonly method?: string
  readonly body?: unknown
  readonly token?: string
  /** Default: JSON, and a JSON merge patch for PATCH. */
  readonly contentType?: string
}

/** One event of a watch. */
export interface TestEvent {
  readonly type: string
  readonly object: {
    readonly metadata: { readonly name: string; readonly resourceVersion: string; readonly annotations?: object }
    readonly [field: string]: unknown
  }
}

/** A watch that is read bit by bit. */
export interface TestWatch {
  readonly status: number
  /** The next events; fewer when the watch ends before. */
  next(count: number): Promise<readonly TestEvent[]>
  /** Everything until the end; rejects when the connection breaks. */
  rest(): Promise<readonly TestEvent[]>
  close(): void
}

/** Asks and reads the answer. */
export async function request(server: FakeApiServer, path: string, init: TestRequest = {}): Promise<TestAnswer> {
  const { method = 'GET', body, token } = init
  const contentType = init.contentType ?? (method === 'PATCH' ? 'application/merge-patch+json' : 'application/json')
  const response = await fetch(server.url + path, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': contentType }),
    },
  })
  const text = await response.text()
  const isJson = response.headers.get('content-type') === 'application/json'
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text }
}

/** Opens a watch; `query` without `watch=true`. */
export async function watch(server: FakeApiServer, path: string, query = ''): Promise<TestWatch> {
  const stop = new AbortController()
  const response = await fetch(`${server.url}${path}?watch=true&${query}`, { signal: stop.signal })
  const events = eventsIn(response)
  const take = async (count: number): Promise<readonly TestEvent[]> => {
    const taken: TestEvent[] = []
    while (taken.length < count) {
      const { done, value } = await events.next()
      if (done === true) break
      taken.push(value)
    }
    return taken
  }
  return { status: response.status, next: take, rest: () => take(Infinity), close: () => stop.abort() }
}

/** `TYPE name`, for short comparisons. */
export function brief(events: readonly TestEvent[]): readonly string[] {
  return events.map(({ type, object }) => (type === 'BOOKMARK' ? type : `${type} ${object.metadata.name}`))
}

async function* eventsIn(response: Response): AsyncGenerator<TestEvent, void> {
  let text = ''
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk
    const lines = text.split('\n')
    text = lines.pop() ?? ''
    for (const line of lines) yield JSON.parse(line) as TestEvent
  }
}
