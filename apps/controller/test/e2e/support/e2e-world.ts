/** What a test of the end-to-end suite has for itself: a namespace, an IngressClass, backends, and controllers. */

import { randomBytes } from 'node:crypto'
import { type EchoBackend, echoBackend } from '@ingresskit/testkit'
import { eventually } from '../../command/support/eventually.ts'
import {
  freePorts,
  killCommands,
  readyServer,
  type Running,
  type RunningServer,
  startCommand,
} from '../../command/support/ingresskit-process.ts'
import { removeManifestFolders } from '../../command/support/manifests.ts'
import { ingressClass, ingressOf, type IngressShape } from '../../support/kubernetes-objects.ts'
import { answeredBy, type SentRequest } from '../../support/send-request.ts'
import { e2eCluster } from './e2e-cluster.ts'
import type { E2eObject, E2eObjects } from './e2e-objects.ts'

/** What a test has; `close` removes all of it, whatever became of the test. */
export interface E2eWorld {
  readonly objects: E2eObjects
  /** Of this test alone. */
  readonly namespace: string
  /** Of an IngressClass of this test alone. */
  readonly className: string
  /** An Ingress in the namespace and of the class of the test. */
  ingress(shape: Omit<IngressShape, 'namespace'>): E2eObject
  /** A Service without a selector: its endpoints are those of `slice`. */
  service(name: string): E2eObject
  /** An EndpointSlice of a Service with one endpoint: a backend on this machine. */
  slice(service: string, backend: EchoBackend, conditions?: object): E2eObject
  /** A backend on this machine. */
  backend(name: string): Promise<EchoBackend>
  /** A controller for the class and the namespace, once it is ready. */
  serve(more?: readonly string[]): Promise<RunningServer>
  close(): Promise<void>
}

/** How long a cluster and a controller may take to do something together: the real ones share a machine with others. */
export const withinMs = 30_000

/** Objects of the suite carry it, so that what an interrupted run left is found. */
const label = { 'ingresskit.dev/e2e': 'true' }

/** Makes the namespace and the class. */
export async function e2eWorld(): Promise<E2eWorld> {
  const cluster = await e2eCluster()
  const { objects, kubeconfig, address } = cluster
  const suffix = randomBytes(4).toString('hex')
  const namespace = `ingresskit-e2e-${suffix}`
  const className = `ingresskit-e2e-${suffix}`
  const controller = `e2e.ingresskit.dev/${suffix}`
  const backends: EchoBackend[] = []
  const close = async (): Promise<void> => {
    await killCommands()
    const removed = await Promise.allSettled([
      objects.remove('Namespace', namespace),
      objects.remove('IngressClass', className),
    ])
    await Promise.all([cluster.close(), ...backends.map(backend => backend.close()), removeManifestFolders()])
    const failed = removed.find(({ status }) => status === 'rejected')
    if (failed?.status === 'rejected') throw new Error(`"${namespace}" is left behind`, { cause: failed.reason })
  }
  const named = (object: E2eObject): E2eObject => ({
    ...object,
    metadata: { ...object.metadata, labels: { ...label, ...(object.metadata['labels'] as object | undefined) } },
  })

  try {
    await objects.put(named({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }))
    await objects.put(named(ingressClass(className, { controller })))
  } catch (error) {
    await close()
    throw error
  }
  return {
    objects,
    namespace,
    className,
    ingress: shape => named(ingressOf({ className, ...shape, namespace })),
    service: name =>
      named({
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name, namespace },
        spec: { ports: [{ name: 'http', port: 80, targetPort: 80, protocol: 'TCP' }] },
      }),
    slice: (service, backend, conditions = { ready: true, serving: true, terminating: false }) =>
      named({
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        metadata: {
          name: `${service}-${backend.name}`,
          namespace,
          labels: {
            'kubernetes.io/service-name': service,
            'endpointslice.kubernetes.io/managed-by': 'e2e.ingresskit.dev',
          },
        },
        addressType: 'IPv4',
        ports: [{ name: 'http', port: backend.port, protocol: 'TCP' }],
        endpoints: [{ addresses: [address], conditions }],
      }),
    backend: async name => {
      const backend = await echoBackend({ name, host: address })
      backends.push(backend)
      return backend
    },
    serve: (more = []) =>
      readyInTime(
        startCommand([
          'serve',
          '--kubeconfig',
          kubeconfig,
          '--watch-namespace',
          namespace,
          '--ingress-class',
          className,
          '--controller-class',
          controller,
          '--election-namespace',
          namespace,
          ...freePorts,
          '--bind',
          '127.0.0.1',
          ...more,
        ]),
      ),
    close,
  }
}

async function readyInTime(command: Running): Promise<RunningServer> {
  const said = eventually(() => {
    if (!command.output().includes('"ready"')) throw new Error(`not ready yet: ${command.output()}`)
  }, withinMs)
  await Promise.race([said, command.finished])
  return readyServer(command)
}

/** Resolves once eight requests in a row are answered by exactly these backends, or with these statuses. */
export async function expectAnswers(
  server: RunningServer,
  sent: SentRequest,
  names: readonly (string | number)[],
): Promise<void> {
  const port = sent.ca === undefined ? server.http : server.https
  await eventually(async () => {
    const reached = new Set<string | number>()
    for (let count = 0; count < 8; count++) reached.add(await answeredBy(port, sent))
    const seen = [...reached].map(String).sort().join(' ')
    const wanted = names.map(String).sort().join(' ')
    if (seen !== wanted) throw new Error(`${sent.host} was answered by "${seen}" instead of "${wanted}"`)
  }, withinMs)
}
