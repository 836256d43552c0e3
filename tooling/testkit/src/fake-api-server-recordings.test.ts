// Holds the fake API server to every recording of a real one: the same request must get the same answer.
import { afterEach, expect, it } from 'vitest'
import { type FakeApiServer, fakeApiServer } from './fake-api-server.ts'
import { type ApiRecording, apiRecording, apiRecordings } from './fake-api-server-recordings.ts'
import { manualSchedule } from './fake-api-server-schedule.ts'
import type { FakeObjectInput } from './fake-api-server-store.ts'

const time = manualSchedule()
let server: FakeApiServer | undefined

afterEach(() => server?.close())

it('has recordings to be held to', () => {
  expect(apiRecordings().length).toBeGreaterThanOrEqual(23)
})

it.each(apiRecordings().map(recording => [recording.name, recording] as const))(
  'answers as the real one in %s',
  async (name, recording) => {
    server = await clusterAsRecorded()
    prepare.get(name)?.(server)
    const watching = recording.path.includes('watch=true')
    const asked = send(server, recording)
    if (watching) await server.until(() => server?.requests().length === 1)
    happens.get(name)?.(server)
    if (watching) time.advance(secondsOf(recording) * 1000)
    const answer = await asked
    const body = await answer.text()
    expect(answer.status).toBe(recording.status)
    expect(answer.headers.get('content-type')).toBe(recording.headers.get('content-type'))
    expect(answer.headers.get('retry-after') ?? undefined).toBe(recording.headers.get('retry-after'))
    expect(answer.headers.get('x-content-type-options') ?? undefined).toBe(
      recording.headers.get('x-content-type-options'),
    )
    if (watching) expect(eventsOf(body)).toEqual(eventsOf(recording.body))
    else expect(comparable(JSON.parse(body))).toEqual(comparable(JSON.parse(recording.body)))
  },
)

/** What the real server was asked before a recording, beyond what the cluster has always. */
const prepare: ReadonlyMap<string, (server: FakeApiServer) => void> = new Map([
  ['post-lease-exists-409', createLeader],
  ['put-lease-stale-409', createLeader],
  ['watch-too-old-410', forgetEverything],
])

/** What happened while a watch was recorded. */
const happens: ReadonlyMap<string, (server: FakeApiServer) => void> = new Map([
  [
    'watch-from-rv0-bookmarks',
    on => {
      const status = { loadBalancer: { ingress: [{ ip: '203.0.113.10' }] } }
      on.patch('Ingress', 'lucky/ingress-tomcat-tls', { status })
    },
  ],
  [
    'watch-endpointslices-pod-drift',
    on => {
      const lines = apiRecording('watch-endpointslices-pod-drift')
        .body.split('\n')
        .filter(line => line !== '')
      for (const line of lines) {
        const { type, object } = JSON.parse(line) as { type: string; object: FakeObjectInput }
        if (type === 'MODIFIED') on.update(object)
      }
    },
  ],
])

/** A cluster with the objects of the recorded lists, an administrator, and somebody without any rights. */
async function clusterAsRecorded(): Promise<FakeApiServer> {
  const started = await fakeApiServer({
    schedule: time.schedule,
    users: new Map([
      ['admin', 'kubernetes-admin'],
      ['nobody', 'system:serviceaccount:lucky:nobody'],
    ]),
    authorize: ({ user }) => user !== 'system:serviceaccount:lucky:nobody',
  })
  for (const name of ['list-configmaps-page1', 'list-ingresses-page1', 'list-ingresses', 'list-services']) {
    createListed(started, name)
  }
  createListed(started, 'list-endpointslices')
  return started
}

function createListed(on: FakeApiServer, name: string): void {
  const { kind, items } = JSON.parse(apiRecording(name).body) as { kind: string; items: readonly FakeObjectInput[] }
  for (const item of items) on.create({ ...item, kind: kind.replace(/List$/, '') })
}

function createLeader(on: FakeApiServer): void {
  on.create({ kind: 'Lease', metadata: { name: 'leader', namespace: 'lucky' }, spec: { holderIdentity: 'a' } })
}

function forgetEverything(on: FakeApiServer): void {
  on.compact()
}

function send(on: FakeApiServer, recording: ApiRecording): Promise<Response> {
  const tokens = { 'with a bad token': 'bad', 'as a token with no rights': 'nobody' } as const
  const token = tokens[recording.remark as keyof typeof tokens] ?? 'admin'
  return fetch(on.url + recording.path, {
    method: recording.method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(recording.requestContentType === undefined ? {} : { 'content-type': recording.requestContentType }),
    },
    ...(recording.requestBody === undefined ? {} : { body: recording.requestBody }),
  })
}

function secondsOf({ path }: ApiRecording): number {
  return Number(/timeoutSeconds=(\d+)/.exec(path)?.[1])
}

/** The events of a watch; the real server sends some bookmarks twice, a second apart. */
function eventsOf(body: string): readonly unknown[] {
  const lines = body.split('\n').filter(line => line !== '')
  const events = lines.map(line => JSON.stringify(comparable(JSON.parse(line))))
  const isRepeated = (event: string, index: number): boolean =>
    event.includes('"BOOKMARK"') && event === events[index - 1]
  return events.filter((event, index) => !isRepeated(event, index)).map(event => JSON.parse(event) as unknown)
}

/** What the build of the real server says about itself. */
const ofBuild = new Set(['gitVersion', 'gitCommit', 'buildDate', 'goVersion'])

/** A document without what differs from server to server: ids, times, versions, who wrote what. */
function comparable(document: unknown): unknown {
  return JSON.parse(
    JSON.stringify(document, (field, value: unknown) => {
      if (field === 'managedFields') return undefined
      if (field === 'uid' || field === 'creationTimestamp' || ofBuild.has(field)) return `some ${field}`
      if (field === 'resourceVersion') return String(value).replace(/^\d+$/, 'a number')
      if (field === 'message') return String(value).replace(/\(\d+\)|current: \d+/, 'a number')
      if (field === 'name') return String(value).replace(/\.[a-z0-9]{5}$/, '.generated')
      return value
    }),
  )
}
