/** How sessions decide where requests go. */

import { describe, expect, it } from 'vitest'
import { decide, type DecisionChance } from '../src/snapshot/decide.ts'
import type { Snapshot } from '../src/snapshot/snapshot.ts'
import { answerHeaders, at, goal, headOf, never, nginx, own, served, site } from './support/decisions.ts'
import { endpointSlice, terminatingConditions, type KubernetesObject } from './support/kubernetes-objects.ts'
import { snapshotSequence } from './support/snapshot-of.ts'

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
