import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fakeApiServer, type FakeApiServer, type FakeRequest } from '@ingresskit/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ChartInput, type ChartRenderer, chartRenderer, rendererMissing } from './chart-renderer.ts'
import { clusterObjects } from './cluster-objects.ts'
import { field, listAt, ofKind } from './manifest-object.ts'
import { repositoryPath } from './repository-folder.ts'
import { allows, attemptOf, type Grant, grantsOf } from './rights.ts'

/** What is different on this machine: free ports, and no load balancer that must notice the end. */
const controllerHere: readonly string[] = [
  ...['bind', 'admin-bind'].map(option => `--${option}=127.0.0.1`),
  ...['http-port', 'https-port', 'admin-port', 'drain-delay'].map(option => `--${option}=0`),
]

/** Each process takes a second of processor time to start, and the machine may have much else to do. */
const patienceMs = 240_000

/** Installations whose rights differ. */
const installations: readonly (readonly [name: string, input: ChartInput])[] = [
  ['the defaults', { values: { rbac: { secretNamespaces: ['shop'] } } }],
  ['one team', { valuesFiles: ['one-team'] }],
  ['node ports', { valuesFiles: ['nodeport'], values: { rbac: { secretNamespaces: ['shop'] } } }],
]

const suite = `the rights that the chart gives${rendererMissing ? ` (${rendererMissing})` : ''}`
describe.skipIf(rendererMissing !== undefined)(suite, () => {
  let renderer: ChartRenderer
  let folder: string
  const running: ChildProcess[] = []
  const servers: FakeApiServer[] = []
  beforeAll(() => {
    renderer = chartRenderer()
    folder = mkdtempSync(join(tmpdir(), 'rights-'))
  })
  afterAll(async () => {
    for (const child of running) child.kill('SIGKILL')
    await Promise.all(servers.map(server => server.close()))
    renderer.close()
    rmSync(folder, { recursive: true, force: true })
  })

  /** The command as the chart starts it, but for what is different here. */
  const start = (server: FakeApiServer, args: readonly string[], here: readonly string[]): ChildProcess => {
    const kubeconfig = join(folder, 'kubeconfig')
    writeFileSync(kubeconfig, server.kubeconfigYaml())
    const main = repositoryPath('apps/controller/src/main.ts')
    const child = spawn(
      process.execPath,
      ['--conditions=@ingresskit/source', main, ...args, ...here, `--kubeconfig=${kubeconfig}`],
      {
        env: { POD_NAME: 'ingresskit-1', POD_NAMESPACE: 'ingresskit', KUBERNETES_SERVICE_HOST: '127.0.0.1' },
        stdio: ['ignore', 'ignore', 'inherit'],
      },
    )
    running.push(child)
    return child
  }

  it.each(installations)(
    'are all that the controller asks for, from its start to the end of its last replica: %s',
    async (_name, input) => {
      const { objects } = renderer.render(input)
      const grants = grantsOf(objects, 'ingresskit')
      const [workload] = ofKind(objects, 'Deployment')
      const [service] = ofKind(objects, 'Service')
      const [ingressClass] = ofKind(objects, 'IngressClass')
      const denied: FakeRequest[] = []
      const authorize = (request: FakeRequest): boolean => {
        const allowed = allows(grants, attemptOf(request))
        if (!allowed) denied.push(request)
        return allowed
      }
      const server = await fakeApiServer({ authorize })
      servers.push(server)
      for (const object of clusterObjects({ service, ingressClass })) server.create(object)
      const child = start(server, listAt(workload, 'spec.template.spec.containers.0.args').map(String), controllerHere)
      const ended = once(child, 'close')
      const seen = (verb: string, plural: string, subresource?: string): number =>
        server
          .requests()
          .filter(each => each.verb === verb && each.plural === plural && each.subresource === subresource).length
      const describeDenied = (): readonly string[] => denied.map(({ method, path }) => `${method} ${path}`)

      await Promise.race([
        server.until(
          () =>
            denied.length > 0 ||
            (seen('patch', 'ingresses', 'status') > 0 && seen('create', 'events') > 0 && seen('watch', 'secrets') > 0),
        ),
        ended,
      ])
      expect(describeDenied()).toEqual([])
      const before = seen('patch', 'ingresses', 'status')
      child.kill('SIGTERM')
      expect((await ended)[0]).toBe(0)
      expect(describeDenied()).toEqual([])
      // The last replica took its addresses back, for which it had to know that it was the last one, and let the Lease go.
      expect(seen('patch', 'ingresses', 'status')).toBeGreaterThan(before)
      expect(seen('list', 'pods')).toBeGreaterThan(0)
      expect(seen('update', 'leases')).toBeGreaterThan(0)
      expect(unusedResources(grants, server.requests())).toEqual([])
    },
    patienceMs,
  )

  it(
    'are all that the webhook asks for',
    async () => {
      const { objects } = renderer.render({ valuesFiles: ['webhook'] })
      const grants = grantsOf(objects, 'ingresskit-webhook')
      const workload = ofKind(objects, 'Deployment').find(({ metadata }) => metadata.name === 'ingresskit-webhook')
      const [configuration] = ofKind(objects, 'ValidatingWebhookConfiguration')
      if (configuration === undefined) throw new Error('the chart renders no ValidatingWebhookConfiguration')
      const server = await fakeApiServer({ authorize: request => allows(grants, attemptOf(request)) })
      servers.push(server)
      server.create({ ...configuration })
      const args = listAt(workload, 'spec.template.spec.containers.0.args').map(String)
      const child = start(server, [...args, '--webhook-port=0'], ['--bind=127.0.0.1', '--drain-delay=0'])
      const ended = once(child, 'close')
      const bundle = (): unknown => {
        const stored = server.get('ValidatingWebhookConfiguration', 'ingresskit')
        return field(stored, 'webhooks.0.clientConfig.caBundle')
      }
      // Its authority is in the configuration while it runs, and out of it after its end.
      await Promise.race([server.until(() => bundle() !== undefined && bundle() !== ''), ended])
      expect(bundle()).toBeTruthy()
      child.kill('SIGTERM')
      expect((await ended)[0]).toBe(0)
      expect(bundle() ?? '').toBe('')
    },
    patienceMs,
  )
})

/** Resources that a grant names and that nobody asked for. ConfigMaps are read for annotations that no Ingress here has. */
function unusedResources(grants: readonly Grant[], requests: readonly FakeRequest[]): readonly string[] {
  const used = new Set(requests.map(request => attemptOf(request).resource))
  return grants.flatMap(grant => grant.resources).filter(resource => resource !== 'configmaps' && !used.has(resource))
}
