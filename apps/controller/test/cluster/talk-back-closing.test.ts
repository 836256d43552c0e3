/** How long the end of a leader takes when the API server does not answer. */

import { Buffer } from 'node:buffer'
import {
  type ClusterApi,
  type KubernetesObject,
  type ObjectSnapshot,
  timerSchedule,
} from '@ingresskit/kubernetes-watch'
import { pino } from 'pino'
import { expect, it } from 'vitest'
import { type TalkBack, talkBack } from '../../src/cluster/talk-back.ts'
import { serveOptions, sourceOptions } from '../../src/options/option-table.ts'
import { resolveOptions } from '../../src/options/resolve-options.ts'
import { eventually } from '../command/support/eventually.ts'
import { ingressOf } from '../support/kubernetes-objects.ts'
import { snapshotSequence } from '../support/snapshot-of.ts'

const table = { ...sourceOptions, ...serveOptions }
const shape = ingressOf({ name: 'site', host: 'site.test', paths: [{ service: 'web' }] })
const site: KubernetesObject = { ...shape, metadata: { ...shape.metadata, uid: 'site', resourceVersion: '1' } }

/** Keeps the Lease, takes one status and answers no other. */
function stuckApi() {
  let lease: { readonly spec?: { readonly holderIdentity?: string } } | undefined
  let statuses = 0
  const answer = (status: number, object: unknown): Awaited<ReturnType<ClusterApi['request']>> => ({
    status,
    retryAfterMs: undefined,
    body: (async function* () {
      yield Buffer.from(JSON.stringify(object))
    })(),
  })
  const api: ClusterApi = {
    request: async ({ method, path, body, signal }) => {
      if (path.endsWith('/status')) {
        statuses += 1
        if (statuses === 1) return answer(200, { metadata: { uid: 'site', resourceVersion: '2' } })
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
      }
      if (!path.includes('/leases') || (method === 'GET' && lease === undefined)) return answer(404, {})
      if (body !== undefined) lease = JSON.parse(body.text) as typeof lease
      return answer(200, lease)
    },
    close: async () => {},
  }
  return { api, holder: () => lease?.spec?.holderIdentity, statuses: () => statuses }
}

function leaderOf(api: ClusterApi): TalkBack {
  return talkBack({
    api,
    options: resolveOptions(table, new Set(Object.keys(table)), {
      flags: { 'publish-status-address': ['203.0.113.10'] },
      environment: {},
    }),
    replica: { identity: 'one', namespace: 'edge', podName: undefined },
    place: 'outside',
    log: pino({ level: 'silent' }),
    schedule: timerSchedule,
    now: Date.now,
    monotonicMs: () => performance.now(),
    random: () => 0.5,
    onProblems: () => {},
  })
}

it('a second call that leaves no time ends the waiting for addresses to be taken back, and gives the Lease back', async () => {
  const { api, holder, statuses } = stuckApi()
  const talk = leaderOf(api)
  const none = new Map<string, KubernetesObject>()
  const objects: ObjectSnapshot = {
    objects: {
      Ingress: new Map([['default/site', site]]),
      IngressClass: none,
      Service: none,
      EndpointSlice: none,
      Secret: none,
      ConfigMap: none,
    },
    problems: [],
    fileOf: () => undefined,
  }
  talk.observe({ objects, snapshot: snapshotSequence().of([site]) })
  await eventually(() => expect(talk.facts()).toMatchObject({ role: 'leader', statusWrites: 1 }))
  const closed = talk.close(60_000)
  await eventually(() => expect(statuses()).toBe(2))
  expect(holder()).toBe('one')
  await talk.close(0)
  await closed
  expect(holder()).toBe('')
})
