import { certificateAuthority } from '@ingresskit/testkit'
import { describe, expect, it } from 'vitest'
import type { SourceProblem } from '../src/index.ts'
import { clusterWorld } from './cluster-world.ts'
import { service } from './object-source-world.ts'
import { snapshotRecorder } from './snapshot-recorder.ts'

const ignore = (): void => undefined

describe('clusterSource', () => {
  it('uses few TLS connections however often it lists', async () => {
    const authority = certificateAuthority()
    const { certificatePem, privateKeyPem } = authority.issue({ names: ['localhost'] })
    const tls = { certificate: certificatePem, key: privateKeyPem, ca: authority.certificatePem }
    await using world = await clusterWorld({ tls, token: 'right' })
    const recorder = snapshotRecorder()
    await world.source().start(recorder.listener)
    const lists = (): number => world.server.requests().filter(({ verb }) => verb === 'list').length
    for (let round = 1; round <= 25; round += 1) {
      for (const plural of ['ingresses', 'services']) await world.server.watchOpened(plural)
      const before = lists()
      for (const plural of ['ingresses', 'services']) world.server.sendRaw(plural, 'malformed\n')
      await world.server.until(() => lists() >= before + 2)
    }
    expect(lists()).toBeGreaterThanOrEqual(54)
    // A watch that is given up takes its connection with it (HTTP/1.1), a list never does.
    expect(world.server.connections().accepted).toBeLessThanOrEqual(4 + 50 + 4)
    expect(world.server.connections().open).toBeLessThanOrEqual(8)
  })

  it('lists over kept connections', async () => {
    await using world = await clusterWorld()
    world.server.failNext({ verb: 'watch', times: 100, answer: { kind: 'status', code: 400 } })
    const source = world.source()
    await source.start(ignore)
    await world.server.until(() => world.server.requests().length >= 200)
    expect(world.server.connections().accepted).toBeLessThanOrEqual(8)
    await source.close()
  })

  it('waits for credentials to be accepted, and tells what to check meanwhile', async () => {
    await using world = await clusterWorld({ token: 'right' })
    const problems: SourceProblem[] = []
    const source = world.source({ onProblem: problem => problems.push(problem) })
    world.server.setToken('rotated')
    const started = source.start(ignore)
    await world.server.until(() => problems.length === 4)
    expect(problems[0]).toMatchObject({ severity: 'error', reason: 'WatchFailed', kind: 'Ingress' })
    expect(problems[0]?.message).toBe(
      'cannot list ingresses: 401 Unauthorized; check the token or certificate of the kubeconfig user or service account',
    )
    world.server.setToken('right')
    const { objects } = await started
    expect(objects.Ingress.size).toBe(0)
    await source.close()
  })

  it('names the grant that is missing', async () => {
    await using world = await clusterWorld()
    const message = 'endpointslices.discovery.k8s.io is forbidden'
    const answer = { kind: 'status', code: 403, message } as const
    world.server.failNext({ verb: 'list', plural: 'endpointslices', times: 3, answer })
    const problems: SourceProblem[] = []
    const source = world.source({ namespaces: ['shop'], onProblem: problem => problems.push(problem) })
    await source.start(ignore)
    expect(problems).toMatchObject([{ kind: 'EndpointSlice', namespace: 'shop' }])
    expect(problems[0]?.message).toBe(
      'cannot list endpointslices in namespace "shop": 403 endpointslices.discovery.k8s.io is forbidden; grant the RBAC verb "list" on "endpointslices" in API group "discovery.k8s.io" with a Role in namespace "shop"',
    )
    await source.close()
  })

  it('tells why there is no connection', async () => {
    await using world = await clusterWorld()
    const problems: SourceProblem[] = []
    const source = world.source({ onProblem: problem => problems.push(problem) })
    world.server.failNext({ times: 4, answer: { kind: 'reset' } })
    await source.start(ignore)
    expect(problems).toHaveLength(4)
    expect(problems[0]?.message).toMatch(/^cannot list ingresses: .*; what was read before is kept/)
    await source.close()
  })

  it('reads page by page, and begins again when a page is too old', async () => {
    await using world = await clusterWorld()
    for (let index = 0; index < 1201; index += 1) await world.put(service(`shop/s${index}`))
    const source = world.source()
    const first = await source.start(ignore)
    expect(first.objects.Service.size).toBe(1201)
    const pages = world.server.requests().filter(({ verb, plural }) => verb === 'list' && plural === 'services')
    expect(pages.map(({ query }) => query.get('limit'))).toEqual(['500', '500', '500'])
    await source.close()

    const second = world.source()
    const answer = { kind: 'status', code: 410 } as const
    world.server.failNext({ verb: 'list', plural: 'services', answer })
    const { objects } = await second.start(ignore)
    expect(objects.Service.size).toBe(1201)
    const last = world.server.requests().filter(({ verb, plural }) => verb === 'list' && plural === 'services')
    expect(last.at(-1)?.query.get('limit')).toBeNull()
    await second.close()
  })
})
