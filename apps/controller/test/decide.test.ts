/** What is decided about a request from annotations, conditions and chance. */

import type { HeaderList, RequestHead, RouteDecision } from '@ingresskit/proxy'
import { describe, expect, it } from 'vitest'
import { decide, type DecisionChance } from '../src/snapshot/decide.ts'
import type { Snapshot } from '../src/snapshot/snapshot.ts'
import {
  endpointSlice,
  ingressOf,
  type KubernetesObject,
  serviceOf,
  terminatingConditions,
} from './support/kubernetes-objects.ts'
import { snapshotSequence } from './support/snapshot-of.ts'

const own = (name: string): string => `ingresskit.dev/${name}`
const nginx = (name: string): string => `nginx.ingress.kubernetes.io/${name}`

/** A Service with one endpoint for each port. */
function served(name: string, ...ports: readonly number[]) {
  return [
    serviceOf(name),
    ...ports.map(port => endpointSlice({ service: name, sliceName: `${name}-${port}`, ports: { http: port } })),
  ]
}

function site(name: string, service: string, annotations: Readonly<Record<string, string>> = {}) {
  return ingressOf({ name, host: 'site.test', paths: [{ service }], annotations })
}

function headOf(headers: Readonly<Record<string, string>> = {}): RequestHead {
  return {
    method: 'GET',
    scheme: 'http',
    httpVersion: '1.1',
    host: 'site.test',
    authority: 'site.test',
    path: '/',
    matchPath: '/',
    query: '',
    headers: headerList(Object.entries(headers)),
    clientAddress: '192.0.2.1',
    requestId: 'id',
  }
}

function headerList(fields: readonly (readonly [string, string])[]): HeaderList {
  const getAll = (name: string): readonly string[] =>
    fields.filter(([own]) => own.toLowerCase() === name).map(([, value]) => value)
  return {
    get: name => getAll(name)[0],
    getAll,
    has: name => getAll(name).length > 0,
    flat: fields.flat(),
    [Symbol.iterator]: () => fields[Symbol.iterator](),
  }
}

const never: DecisionChance = { random: () => 0.999, now: () => 0 }
const at = (draw: number): DecisionChance => ({ random: () => draw, now: () => 0 })

/** Name of the Service that a decision leads to, or the status that it answers with. */
function goal(decision: RouteDecision): string | number {
  return decision.kind === 'forward' ? (decision.labels?.service ?? '?') : decision.status
}

function answerHeaders(decision: RouteDecision, session?: string): readonly (readonly [string, string])[] {
  if (decision.kind !== 'forward') return decision.headers ?? []
  const endpoint = { key: 'e', address: '127.0.0.1', port: 1 }
  return decision.answerHeaders?.({ endpoint, ...(session === undefined ? {} : { session }) }) ?? []
}

describe('canaries of a path', () => {
  const canary = (name: string, rules: Readonly<Record<string, string>>) =>
    site(name, name, { [nginx('canary')]: 'true', ...rules })
  const snapshot = snapshotSequence().of([
    ...['main', 'one', 'two', 'beta'].flatMap((name, index) => served(name, 8000 + index)),
    site('main', 'main'),
    canary('beta', { [nginx('canary-by-header')]: 'X-Beta', [nginx('canary-by-cookie')]: 'beta' }),
    canary('one', { [nginx('canary-weight')]: '10' }),
    canary('two', { [nginx('canary-weight')]: '30' }),
  ])

  it('divide one draw between any number of weighted ones, and the plain Ingress gets the rest', () => {
    const shares = new Map<string | number, number>()
    for (let draw = 0; draw < 100; draw += 1) {
      const name = goal(decide(snapshot, headOf(), at((draw + 0.5) / 100)))
      shares.set(name, (shares.get(name) ?? 0) + 1)
    }
    expect(Object.fromEntries(shares)).toEqual({ one: 10, two: 30, main: 60 })
  })

  it('take whoever asks for them by header or cookie, and leave out whoever refuses', () => {
    expect(goal(decide(snapshot, headOf({ 'X-Beta': 'always' }), never))).toBe('beta')
    expect(goal(decide(snapshot, headOf({ Cookie: 'beta=always' }), never))).toBe('beta')
    expect(goal(decide(snapshot, headOf({ 'X-Beta': 'never', Cookie: 'beta=always' }), never))).toBe('main')
  })

  it('make every answer of the path vary by what they look at', () => {
    expect(answerHeaders(decide(snapshot, headOf(), never))).toEqual([['Vary', 'Cookie, X-Beta']])
    expect(answerHeaders(decide(snapshot, headOf(), at(0)))).toEqual([['Vary', 'Cookie, X-Beta']])
  })
})

describe('conditions on content', () => {
  const snapshot = snapshotSequence().of([
    ...['plain', 'zh', 'en', 'mobile-zh'].flatMap((name, index) => served(name, 8000 + index)),
    site('plain', 'plain'),
    site('zh', 'zh', { [own('match-language')]: 'zh, zh-*' }),
    site('en', 'en', { [own('match-language')]: 'en' }),
    site('mobile-zh', 'mobile-zh', { [own('match-language')]: 'zh', [own('match-headers')]: 'X-App=1' }),
  ])
  const goalOf = (headers: Readonly<Record<string, string>>): string | number =>
    goal(decide(snapshot, headOf(headers), never))

  it('choose by the language that the client prefers among those of the site', () => {
    expect(goalOf({ 'Accept-Language': 'zh-CN,zh;q=0.9,en;q=0.8' })).toBe('zh')
    expect(goalOf({ 'Accept-Language': 'zh-CN;q=0.5,en-GB' })).toBe('en')
    expect(goalOf({ 'Accept-Language': 'fr' })).toBe('plain')
    expect(goalOf({})).toBe('plain')
  })

  it('that ask for more come before those that ask for less', () => {
    expect(goalOf({ 'Accept-Language': 'zh', 'X-App': '1' })).toBe('mobile-zh')
  })

  it('make every answer vary, those of the plain Ingress and our own included', () => {
    const vary = [['Vary', 'Accept-Language, X-App']]
    expect(answerHeaders(decide(snapshot, headOf(), never))).toEqual(vary)
    const down = snapshotSequence().of([
      site('plain', 'missing'),
      ...served('zh', 1),
      site('zh', 'zh', { [own('match-language')]: 'zh' }),
    ])
    const refused = decide(down, headOf(), never)
    expect([goal(refused), answerHeaders(refused)]).toEqual([503, [['Vary', 'Accept-Language']]])
  })
})

describe('service-weights', () => {
  const split = (snapshot: Snapshot): Readonly<Record<string, number>> => {
    const shares = new Map<string | number, number>()
    for (let draw = 0; draw < 20; draw += 1) {
      const name = goal(decide(snapshot, headOf(), at((draw + 0.5) / 20)))
      shares.set(name, (shares.get(name) ?? 0) + 1)
    }
    return Object.fromEntries(shares)
  }
  const weights = { [own('service-weights')]: 'v1=75, v2=25' }

  it('split the requests of a path between Services', () => {
    const snapshot = snapshotSequence().of([...served('v1', 1), ...served('v2', 2), site('web', 'v1', weights)])
    expect(split(snapshot)).toEqual({ v1: 15, v2: 5 })
  })

  it('leave out a Service that is missing or has no endpoints', () => {
    const empty = snapshotSequence().of([...served('v1'), ...served('v2', 2), site('web', 'v1', weights)])
    expect(split(empty)).toEqual({ v2: 20 })
    const missing = snapshotSequence().of([...served('v1', 1), site('web', 'v1', weights)])
    expect(split(missing)).toEqual({ v1: 20 })
    const none = snapshotSequence().of([...served('v1'), ...served('v2'), site('web', 'v1', weights)])
    // The Service of the rule is asked then: its balancer says that there is nobody.
    expect(split(none)).toEqual({ v1: 20 })
  })
})

describe('sessions by cookie', () => {
  const annotations = { [nginx('affinity')]: 'cookie', [nginx('affinity-mode')]: 'persistent' }
  const objects = (...last: readonly KubernetesObject<string>[]) => [
    ...served('web', 1, 2),
    ...last,
    site('web', 'web', annotations),
  ]

  function pick(snapshot: Snapshot, session: string | undefined) {
    const decision = decide(
      snapshot,
      headOf(session === undefined ? {} : { Cookie: `a=b; INGRESSCOOKIE=${session}` }),
      never,
    )
    if (decision.kind !== 'forward') throw new Error('it is not forwarded')
    const picked = decision.upstream.pick(decision.session === undefined ? {} : { session: decision.session })
    if (picked.kind !== 'picked') throw new Error(picked.reason)
    return { endpoint: picked.endpoint.key, cookies: answerHeaders(decision, picked.session) }
  }

  it('stay on their endpoint while others come, and while it ends but still serves', () => {
    const sequence = snapshotSequence()
    const first = pick(sequence.of(objects()), undefined)
    const token = /^INGRESSCOOKIE=([^;]+); Path=\/; HttpOnly$/.exec(first.cookies[0]?.[1] ?? '')?.[1]
    expect(token).toBeDefined()
    const again = pick(sequence.of(objects(...served('web', 3).slice(1))), token)
    expect(again).toEqual({ endpoint: first.endpoint, cookies: [] })

    const port = Number(first.endpoint.split(':')[1])
    const ending = {
      ...endpointSlice({
        service: 'web',
        sliceName: `web-${port}`,
        ports: { http: port },
        conditions: terminatingConditions,
      }),
    }
    const others = objects().filter(({ metadata }) => metadata.name !== `web-${port}`)
    const draining = sequence.of([...others, ending])
    expect(pick(draining, token)).toEqual({ endpoint: first.endpoint, cookies: [] })
    for (let index = 0; index < 6; index += 1) expect(pick(draining, undefined).endpoint).not.toBe(first.endpoint)
    expect(pick(sequence.of(others), token)).toMatchObject({ cookies: [['Set-Cookie', expect.any(String)]] })
  })

  it('keep a client on the Service or canary that it was first sent to, whatever is drawn', () => {
    const cookieOf = (snapshot: Snapshot, chance: DecisionChance): string => {
      const decision = decide(snapshot, headOf(), chance)
      const picked = decision.kind === 'forward' ? decision.upstream.pick({}) : undefined
      const token = picked?.kind === 'picked' ? picked.session : undefined
      const cookie = answerHeaders(decision, token).find(([name]) => name === 'Set-Cookie')
      return cookie?.[1].split(';')[0] ?? ''
    }
    const again = (snapshot: Snapshot, cookie: string): readonly (string | number)[] =>
      [0, 0.3, 0.6, 0.999].map(draw => goal(decide(snapshot, headOf({ Cookie: cookie }), at(draw))))
    const split = snapshotSequence().of([
      ...served('v1', 1),
      ...served('v2', 2),
      site('web', 'v1', { ...annotations, [own('service-weights')]: 'v1=50, v2=50' }),
    ])
    expect(again(split, cookieOf(split, at(0)))).toEqual(['v1', 'v1', 'v1', 'v1'])
    expect(again(split, cookieOf(split, at(0.9)))).toEqual(['v2', 'v2', 'v2', 'v2'])

    const canary = snapshotSequence().of([
      ...served('main', 1),
      ...served('canary', 2),
      site('main', 'main', annotations),
      site('canary', 'canary', { ...annotations, [nginx('canary')]: 'true', [nginx('canary-weight')]: '50' }),
    ])
    expect(again(canary, cookieOf(canary, at(0)))).toEqual(['canary', 'canary', 'canary', 'canary'])
    expect(again(canary, cookieOf(canary, at(0.9)))).toEqual(['main', 'main', 'main', 'main'])
    expect(again(canary, 'INGRESSCOOKIE=made~up')).toEqual(['canary', 'canary', 'main', 'main'])
  })

  it('mean nothing when they were made up', () => {
    const snapshot = snapshotSequence().of(objects())
    expect(pick(snapshot, '127.0.0.1:1').cookies).toHaveLength(1)
  })
})

describe('a canary of the Service that the plain Ingress has', () => {
  it('takes no client of the plain one with it, though their sessions are of the same Service', () => {
    const affinity = { [nginx('affinity')]: 'cookie', [nginx('affinity-mode')]: 'persistent' }
    const snapshot = snapshotSequence().of([
      ...served('web', 1, 2),
      site('main', 'web', affinity),
      site('canary', 'web', { ...affinity, [nginx('canary')]: 'true', [nginx('canary-weight')]: '5' }),
    ])
    const first = decide(snapshot, headOf(), at(0.5))
    const picked = first.kind === 'forward' ? first.upstream.pick({}) : undefined
    const cookies = answerHeaders(first, picked?.kind === 'picked' ? picked.session : undefined)
    const cookie = cookies.find(([name]) => name === 'Set-Cookie')?.[1].split(';')[0] ?? ''
    const ingresses = [0, 0.5].map(draw => decide(snapshot, headOf({ Cookie: cookie }), at(draw)).labels?.ingress)
    expect(ingresses).toEqual(['main', 'main'])
  })
})

describe('policies', () => {
  it('of one Ingress do not reach another one that uses the same Service', () => {
    const snapshot = snapshotSequence().of([
      ...served('web', 1, 2),
      site('a', 'web', { [own('circuit-breaker')]: 'requests=1', [own('load-balance')]: 'p2c' }),
      ingressOf({ name: 'b', host: 'other.test', paths: [{ service: 'web' }] }),
    ])
    const decisions = ['site.test', 'other.test'].map(host => decide(snapshot, { ...headOf(), host }, never))
    const [limited, free] = decisions.map(decision => (decision.kind === 'forward' ? decision.upstream : undefined))
    const picked = limited?.pick({})
    if (picked?.kind !== 'picked') throw new Error('nothing was picked')
    limited?.started(picked.endpoint, { isRetry: false })
    expect(limited?.pick({})).toEqual({ kind: 'none', reason: 'too-many-requests' })
    expect(free?.pick({}).kind).toBe('picked')
  })

  it('that are equal share one balancer; the requests in flight are shared by all', () => {
    const snapshot = snapshotSequence().of([
      ...served('web', 1),
      site('a', 'web', { [own('load-balance')]: 'least-conn' }),
      ingressOf({
        name: 'b',
        host: 'b.test',
        paths: [{ service: 'web' }],
        annotations: { [own('load-balance')]: 'least-conn' },
      }),
      ingressOf({ name: 'c', host: 'c.test', paths: [{ service: 'web' }] }),
    ])
    expect(snapshot.upstreams.size).toBe(2)
    const [one, other] = [...snapshot.upstreams.values()]
    const endpoint = one?.balancer.endpoints[0]
    if (endpoint === undefined) throw new Error('there is no endpoint')
    one?.balancer.started(endpoint)
    expect(other?.balancer.inFlight(endpoint.key)).toBe(1)
  })

  it('of a Service limit all that is sent to it together, whatever else its Ingresses set', () => {
    const web = serviceOf('web')
    const limited = { ...web, metadata: { ...web.metadata, annotations: { [own('circuit-breaker')]: 'requests=2' } } }
    const snapshot = snapshotSequence().of([
      limited,
      ...served('web', 1).slice(1),
      site('a', 'web', { [own('load-balance')]: 'p2c' }),
      ingressOf({ name: 'b', host: 'b.test', paths: [{ service: 'web' }] }),
    ])
    const [a, b] = [...snapshot.upstreams.values()].map(({ balancer }) => balancer)
    const endpoint = a?.endpoints[0]
    if (endpoint === undefined || b === undefined) throw new Error('there are two upstreams')
    a?.started(endpoint)
    b.started(endpoint)
    expect([a?.pick({}), b.pick({})].map(result => result?.kind)).toEqual(['none', 'none'])
  })

  it('of two Ingresses with the same limit count for each by itself, and go on when the limit changes', () => {
    const sequence = snapshotSequence()
    const breaker = (requests: number) => ({ [own('circuit-breaker')]: `requests=${requests}` })
    const objects = (requests: number) => [
      ...served('web', 1),
      site('a', 'web', breaker(requests)),
      ingressOf({ name: 'b', host: 'b.test', paths: [{ service: 'web' }], annotations: breaker(1) }),
    ]
    const upstreamsOf = (snapshot: Snapshot) => [...snapshot.upstreams.values()].map(({ balancer }) => balancer)
    const [a, b] = upstreamsOf(sequence.of(objects(1)))
    const endpoint = a?.endpoints[0]
    if (endpoint === undefined) throw new Error('there is an endpoint')
    a?.started(endpoint)
    expect([a?.pick({}).kind, b?.pick({}).kind]).toEqual(['none', 'picked'])
    const [wider] = upstreamsOf(sequence.of(objects(2)))
    wider?.started(endpoint)
    expect(wider?.pick({}).kind).toBe('none')
  })

  it('on a Service hold for every Ingress that does not say otherwise', () => {
    const web = serviceOf('web')
    const annotated = { ...web, metadata: { ...web.metadata, annotations: { [own('load-balance')]: 'maglev' } } }
    const snapshot = snapshotSequence().of([
      annotated,
      ...served('web', 1).slice(1),
      site('a', 'web'),
      ingressOf({
        name: 'b',
        host: 'b.test',
        paths: [{ service: 'web' }],
        annotations: { [own('load-balance')]: 'p2c' },
      }),
    ])
    expect([...snapshot.upstreams.values()].map(({ policy }) => policy.strategy)).toEqual(['maglev', 'p2c'])
  })

  it('prefer the endpoints that hints name for the zone of this replica', () => {
    const zoned = (port: number, zone: string) => {
      const slice = endpointSlice({ service: 'web', sliceName: `web-${port}`, ports: { http: port } })
      const endpoints = (slice['endpoints'] as object[]).map(one => ({ ...one, hints: { forZones: [{ name: zone }] } }))
      return { ...slice, endpoints }
    }
    const objects = [serviceOf('web'), zoned(1, 'east'), zoned(2, 'west'), site('a', 'web')]
    const keys = (flags: Readonly<Record<string, string>>): readonly string[] =>
      [...snapshotSequence({ flags }).of(objects).upstreams.values()].flatMap(({ balancer }) =>
        balancer.endpoints.map(({ key }) => key),
      )
    expect(keys({ zone: 'west' })).toEqual(['127.0.0.1:2'])
    expect(keys({})).toEqual(['127.0.0.1:1', '127.0.0.1:2'])
  })
})
