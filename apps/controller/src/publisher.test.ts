import type { KubernetesObject, ObjectSnapshot, ObjectSource } from '@ingresskit/kubernetes-watch'
import { selfSignedCertificate } from '@ingresskit/testkit'
import { createTlsStore } from '@ingresskit/tls-store'
import { pino } from 'pino'
import { afterEach, expect, it, vi } from 'vitest'
import { eventually } from '../test/command/support/eventually.ts'
import { ingressOf } from '../test/support/kubernetes-objects.ts'
import { HealthProber } from './health/health-prober.ts'
import { HealthVerdicts } from './health/health-verdicts.ts'
import { serveOptions, sourceOptions } from './options/option-table.ts'
import { resolveOptions } from './options/resolve-options.ts'
import { toProblem } from './problem.ts'
import { Publisher } from './publisher.ts'
import { SnapshotBuilder } from './snapshot/snapshot-builder.ts'
import type { Publication, Traffic } from './workers/traffic.ts'

afterEach(() => void vi.restoreAllMocks())

const table = { ...sourceOptions, ...serveOptions }

/** A publisher whose builds take several turns, and what it has published. */
function world() {
  // Every look at the clock says that the turn is over.
  let nowMs = 0
  vi.spyOn(performance, 'now').mockImplementation(() => (nowMs += 1000))
  const { certificatePem, privateKeyPem } = selfSignedCertificate({ names: ['default.test'] })
  let settled = true
  let followed = 0
  const published: Publication[] = []
  const source: ObjectSource = {
    start: () => new Promise(() => {}),
    follow: ({ secrets }) => {
      settled &&= secrets.size === followed
      followed = secrets.size
    },
    settled: () => settled,
    health: () => [],
    close: async () => {},
  }
  const traffic: Traffic = {
    countsOf: () => {
      throw new Error('not used')
    },
    open: async () => ({ http: 0, https: 0 }),
    publish: publication => void published.push(publication),
    load: async () => ({ connections: 0, requests: 0 }),
    otherTallies: async () => [],
    upstreamStates: async () => [],
    reportHealth: () => {},
    drain: async () => ({ cut: 0 }),
    close: async () => {},
  }
  const publisher = new Publisher({
    source,
    builder: new SnapshotBuilder({
      options: resolveOptions(table, new Set(Object.keys(table)), { flags: {}, environment: {} }),
      tlsStore: createTlsStore({ fallbackIdentity: { certificatePem, privateKeyPem }, now: () => 0 }),
      admission: 'none',
      now: () => 0,
      environment: { now: () => 0, random: () => 0.5, newKey: () => 'key' },
      sessionKey: new Uint8Array(32),
    }),
    verdicts: new HealthVerdicts(),
    traffic,
    prober: new HealthProber({ probe: async () => 'passed', random: () => 0.5, onChange: () => {} }),
    log: pino({ level: 'silent' }),
    onPublished: () => {},
  })
  return { publisher, published, lookUp: () => void (settled = true) }
}

/** The same map each time, as sources have it while nothing changes. */
const none: ReadonlyMap<string, KubernetesObject> = new Map()

function snapshotOf(...objects: readonly KubernetesObject[]): ObjectSnapshot {
  const ofKind = (kind: string): ReadonlyMap<string, KubernetesObject> =>
    new Map(objects.filter(object => object.kind === kind).map(object => [`default/${object.metadata.name}`, object]))
  return {
    objects: {
      Ingress: ofKind('Ingress'),
      IngressClass: none,
      Service: none,
      EndpointSlice: none,
      Secret: ofKind('Secret'),
      ConfigMap: none,
    },
    problems: [],
    fileOf: () => undefined,
  }
}

const site = ingressOf({ name: 'site', host: 'site.test', paths: [{ service: 'web' }] })
const secure = ingressOf({
  name: 'secure',
  host: 'secure.test',
  paths: [{ service: 'web' }],
  tls: [{ hosts: ['secure.test'], secretName: 'cert' }],
})

function secretOf(names: readonly string[]): KubernetesObject {
  const { certificatePem, privateKeyPem } = selfSignedCertificate({ names })
  const base64 = (text: string): string => Buffer.from(text).toString('base64')
  const data = { 'tls.crt': base64(certificatePem), 'tls.key': base64(privateKeyPem) }
  const metadata = { name: 'cert', namespace: 'default' }
  return { apiVersion: 'v1', kind: 'Secret', type: 'kubernetes.io/tls', metadata, data }
}

it('judges the newest objects again, not those of before that are live while they are built', async () => {
  const { publisher, published } = world()
  publisher.publish(snapshotOf())
  await eventually(() => expect(published).toHaveLength(1))
  publisher.publish(snapshotOf(site))
  publisher.recheck()
  expect(published).toHaveLength(1)
  await eventually(() => expect(published.at(-1)?.cause).toBe('recheck'))
  expect(published.slice(1).map(({ objects }) => objects.objects.Ingress.size)).toEqual([1, 1])
})

it('tells that it judges again with whatever takes the place of the state that waited for it', async () => {
  const { publisher, published } = world()
  publisher.publish(snapshotOf())
  publisher.recheck()
  publisher.publish(snapshotOf(site))
  await eventually(() => expect(published).toHaveLength(2))
  expect(published.map(({ cause }) => cause)).toEqual(['change', 'recheck'])
})

it('misses no Secret that is found while a snapshot is built of objects without it', async () => {
  const { publisher, published, lookUp } = world()
  let isSettled = false
  void publisher.settled.then(() => (isSettled = true))
  publisher.publish(snapshotOf(secure))
  lookUp()
  await eventually(() => expect(published).toHaveLength(1))
  expect(publisher.problems.filter(({ reason }) => reason === 'SecretNotFound')).toEqual([])
  expect(isSettled).toBe(false)
  publisher.publish(snapshotOf(secure, secretOf(['secure.test'])))
  await publisher.settled
  expect(published.at(-1)?.snapshot.certificates.map(({ serverNames }) => serverNames)).toEqual([['secure.test']])
})

it('puts problems together anew only when there are others', async () => {
  const { publisher, published } = world()
  publisher.publish(snapshotOf(site))
  await eventually(() => expect(published).toHaveLength(1))
  publisher.setOthers([toProblem({ severity: 'warning', reason: 'ElectionFailed', message: 'no' })])
  const before = publisher.problems
  expect(before.map(({ reason }) => reason)).toEqual(['ServiceNotFound', 'ElectionFailed'])
  publisher.publish(snapshotOf(site))
  await eventually(() => expect(published).toHaveLength(2))
  expect(publisher.problems).toBe(before)
  publisher.setOthers([])
  expect(publisher.problems).toBe(published[1]?.snapshot.problems)
})

it('says that a Secret is missing once it was looked up in vain', async () => {
  const { publisher, lookUp } = world()
  publisher.publish(snapshotOf(secure))
  lookUp()
  publisher.publish(snapshotOf(secure))
  await publisher.settled
  expect(publisher.problems.map(({ reason }) => reason)).toContain('SecretNotFound')
})
