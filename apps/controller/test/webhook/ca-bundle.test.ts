import { X509Certificate } from 'node:crypto'
import { certificateAuthority, selfSignedCertificate } from '@ingresskit/testkit'
import { describe, expect, it } from 'vitest'
import { maxAuthorities, mergeBundle } from '../../src/webhook/ca-bundle.ts'
import { issueIdentity, type ServingIdentity } from '../../src/webhook/issue-identity.ts'
import { authoritiesIn } from './support/bundles.ts'

const dayMs = 86_400_000
const startMs = Date.UTC(2030, 0, 1)

async function issue(replica: string, nowMs = startMs): Promise<ServingIdentity> {
  return issueIdentity({ nowMs, validityMs: 7 * dayMs, serverNames: ['webhook.shop.svc'], replica })
}

describe('an identity', () => {
  it('is a server certificate for the names, below an authority that can do nothing else', async () => {
    const identity = await issueIdentity({
      nowMs: startMs,
      validityMs: 7 * dayMs,
      serverNames: ['webhook.shop.svc', 'webhook.shop.svc.cluster.local'],
      replica: 'webhook-1',
    })
    const leaf = new X509Certificate(identity.certificatePem)
    const authority = new X509Certificate(identity.authorityPem)
    expect(leaf.verify(authority.publicKey)).toBe(true)
    expect(leaf.checkIssued(authority)).toBe(true)
    expect([leaf.ca, authority.ca]).toEqual([false, true])
    expect(leaf.subjectAltName).toBe('DNS:webhook.shop.svc, DNS:webhook.shop.svc.cluster.local')
    expect(leaf.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1'])
    expect([leaf.validFromDate.getTime(), leaf.validToDate.getTime()]).toEqual([
      startMs - 3_600_000,
      startMs + 7 * dayMs,
    ])
    expect(authority.validToDate).toEqual(leaf.validToDate)
  })

  it('has an authority with a name of its own each time, also when the replica has the longest name a pod can have', async () => {
    const name = `${'a'.repeat(240)}-x7k2p`
    const authorities = await Promise.all([issue(name), issue(name), issue('b')])
    const subjects = authorities.map(({ authorityPem }) => new X509Certificate(authorityPem).subject)
    expect(new Set(subjects).size).toBe(3)
  })
})

describe('a bundle', () => {
  it('gets the authorities of a replica beside those of others, and says which are new', async () => {
    const [one, two] = await Promise.all([issue('one'), issue('two')])
    const first = mergeBundle('', { replica: 'one', authorities: [one.authorityPem] }, startMs)
    expect(first.added).toEqual([one.authorityPem])
    const second = mergeBundle(first.pem, { replica: 'two', authorities: [two.authorityPem] }, startMs)
    expect(new Set(authoritiesIn(second.pem))).toEqual(new Set([one.authorityPem, two.authorityPem]))
    expect(mergeBundle(second.pem, { replica: 'one', authorities: [one.authorityPem] }, startMs)).toEqual({
      pem: second.pem,
      added: [],
    })
  })

  it('is the same text whoever merges', async () => {
    const [one, two, three] = await Promise.all([issue('one'), issue('two', startMs + 5000), issue('three')])
    const shares = [one, two, three].map(({ authorityPem }, index) => ({
      replica: ['one', 'two', 'three'][index] ?? '',
      authorities: [authorityPem],
    }))
    const forwards = shares.reduce((pem, share) => mergeBundle(pem, share, startMs).pem, '')
    const backwards = shares.toReversed().reduce((pem, share) => mergeBundle(pem, share, startMs).pem, '')
    expect(backwards).toBe(forwards)
  })

  it('loses what the replica does not want any more, also of the process that had its name before', async () => {
    const [before, now, other] = await Promise.all([issue('pod-1'), issue('pod-1'), issue('pod-2')])
    const bundle = before.authorityPem + other.authorityPem
    const merged = mergeBundle(bundle, { replica: 'pod-1', authorities: [now.authorityPem] }, startMs)
    expect(new Set(authoritiesIn(merged.pem))).toEqual(new Set([now.authorityPem, other.authorityPem]))
    const left = mergeBundle(merged.pem, { replica: 'pod-1', authorities: [] }, startMs)
    expect(authoritiesIn(left.pem)).toEqual([other.authorityPem])
  })

  it('loses what expired more than an hour ago, and keeps what just did', async () => {
    const old = await issue('gone')
    const share = { replica: 'one', authorities: [] }
    expect(mergeBundle(old.authorityPem, share, old.notAfterMs + 60_000).pem).toBe(old.authorityPem)
    expect(mergeBundle(old.authorityPem, share, old.notAfterMs + 2 * 3_600_000).pem).toBe('')
  })

  it('loses garbage and what is no authority, and keeps an authority of somebody else', async () => {
    const foreign = certificateAuthority().certificatePem
    const leaf = selfSignedCertificate({ names: ['a.example'] }).certificatePem
    const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'
    const half = '-----BEGIN CERTIFICATE-----\nAAAA'
    const merged = mergeBundle(
      `some text\n${broken}${leaf}${foreign}\u0000${half}`,
      { replica: 'one', authorities: [] },
      Date.now(),
    )
    expect(authoritiesIn(merged.pem)).toEqual([new X509Certificate(foreign).toString()])
  })

  it(`holds ${maxAuthorities} at most: the oldest of the others go, never those of the share`, async () => {
    const many = await Promise.all(
      Array.from({ length: 30 }, async (_, age) => issue(`pod-${age}`, startMs - age * 60_000)),
    )
    const oldest = many.at(-1)
    const share = { replica: 'pod-29', authorities: [oldest?.authorityPem ?? ''] }
    const { pem } = mergeBundle(many.map(({ authorityPem }) => authorityPem).join(''), share, startMs)
    const kept = authoritiesIn(pem)
    expect(kept).toHaveLength(maxAuthorities)
    expect(kept).toEqual([...many.slice(0, maxAuthorities - 1), oldest].map(identity => identity?.authorityPem))
  })

  it('is read within bounds, whatever it contains', () => {
    const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'
    expect(mergeBundle(broken.repeat(20_000), { replica: 'one', authorities: [] }, startMs).pem).toBe('')
  })
})
