import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { certificateAuthority } from '@ingresskit/testkit'
import { KubeConfig } from '@kubernetes/client-node'
import { describe, expect, it, vi } from 'vitest'
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
    await using world = await clusterWorld({ tls, token: 'right' }, 'pages')
    await world.source().start(ignore)
    const lists = (): number => world.server.requests().filter(({ verb }) => verb === 'list').length
    const error = `${JSON.stringify({ type: 'ERROR', object: { kind: 'Status', code: 410 } })}\n`
    for (let round = 1; round <= 25; round += 1) {
      for (const plural of ['ingresses', 'services']) await world.server.watchOpened(plural)
      const before = lists()
      for (const plural of ['ingresses', 'services']) world.server.sendRaw(plural, error)
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
      'cannot watch ingresses: 401 Unauthorized; check the token or certificate of the kubeconfig user or service account; nothing was read yet',
    )
    world.server.setToken('right')
    const { objects } = await started
    expect(objects.Ingress.size).toBe(0)
    await source.close()
  })

  it('reads a token file again that was rotated', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ingresskit-token-'))
    vi.useFakeTimers({ toFake: ['Date'] })
    try {
      await using world = await clusterWorld({ token: 'old' })
      const tokenFile = join(folder, 'token')
      await writeFile(tokenFile, 'old')
      const kubeConfig = new KubeConfig()
      kubeConfig.loadFromOptions({
        currentContext: 'fake',
        clusters: [{ name: 'fake', server: world.server.url, skipTLSVerify: true }],
        users: [{ name: 'fake', authProvider: { name: 'tokenFile', config: { tokenFile } } }],
        contexts: [{ name: 'fake', cluster: 'fake', user: 'fake' }],
      })
      const problems: SourceProblem[] = []
      const source = world.source({ cluster: kubeConfig, onProblem: problem => problems.push(problem) })
      const recorder = snapshotRecorder()
      await source.start(recorder.listener)
      await writeFile(tokenFile, 'new')
      world.server.setToken('new')
      // client-node looks at the file once a minute, as client-go does.
      vi.advanceTimersByTime(61_000)
      world.server.cutWatches('end')
      await world.put(service('shop/a'))
      await recorder.until(({ objects }) => objects.Service.has('shop/a'))
      expect(problems).toEqual([])
      await source.close()
    } finally {
      vi.useRealTimers()
      await rm(folder, { recursive: true })
    }
  })

  it('names the grant that is missing', async () => {
    await using world = await clusterWorld()
    const message = 'endpointslices.discovery.k8s.io is forbidden'
    const answer = { kind: 'status', code: 403, message } as const
    world.server.failNext({ plural: 'endpointslices', times: 3, answer })
    const problems: SourceProblem[] = []
    const source = world.source({ namespaces: ['shop'], onProblem: problem => problems.push(problem) })
    await source.start(ignore)
    expect(problems).toMatchObject([{ kind: 'EndpointSlice', namespace: 'shop' }])
    expect(problems[0]?.message).toBe(
      'cannot watch endpointslices in namespace "shop": 403 endpointslices.discovery.k8s.io is forbidden; grant the RBAC verbs "list" and "watch" on "endpointslices" in API group "discovery.k8s.io" with a Role in namespace "shop"; nothing was read yet',
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
    expect(problems[0]?.message).toMatch(/^cannot watch ingresses: .*; it is tried again; nothing was read yet$/)
    await source.close()
  })
})
