/** A folder of manifests that a test writes, edits and removes. */

import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder under the system's temporary folder. */
export interface ManifestFolder {
  readonly path: string
  /** Writes text or objects (as JSON documents, which YAML is a superset of), all at once by renaming. */
  write(file: string, content: string | readonly object[]): Promise<void>
  /** Nothing happens when there is no such file. */
  remove(file: string): Promise<void>
}

const folders: string[] = []

/** A new folder; `removeManifestFolders` takes it away. */
export async function manifestFolder(
  files: Readonly<Record<string, string | readonly object[]>> = {},
): Promise<ManifestFolder> {
  const path = await mkdtemp(join(tmpdir(), 'ingresskit-command-'))
  folders.push(path)
  const folder: ManifestFolder = {
    path,
    async write(file, content) {
      const text = typeof content === 'string' ? content : content.map(o => JSON.stringify(o)).join('\n---\n')
      const draft = join(path, `.${file}.draft`)
      await writeFile(draft, `${text}\n`)
      await rename(draft, join(path, file))
    },
    remove: file => rm(join(path, file), { force: true }),
  }
  for (const [file, content] of Object.entries(files)) await folder.write(file, content)
  return folder
}

/** Removes every folder made so far. */
export async function removeManifestFolders(): Promise<void> {
  await Promise.all(folders.splice(0).map(path => rm(path, { recursive: true, force: true })))
}

/** A path of a rule, to a Service's port 80. */
export interface PathOf {
  readonly path?: string
  readonly service: string
}

export interface IngressOf {
  readonly name: string
  readonly host: string
  readonly paths: readonly PathOf[]
  readonly annotations?: Readonly<Record<string, string>>
  readonly tlsSecret?: string
  /** Default `ingresskit`. */
  readonly className?: string
}

/** An Ingress of namespace `default` with Prefix paths. */
export function ingress({
  name,
  host,
  paths,
  annotations = {},
  tlsSecret,
  className = 'ingresskit',
}: IngressOf): object {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, namespace: 'default', annotations },
    spec: {
      ingressClassName: className,
      ...(tlsSecret === undefined ? {} : { tls: [{ hosts: [host], secretName: tlsSecret }] }),
      rules: [
        {
          host,
          http: {
            paths: paths.map(({ path = '/', service }) => ({
              path,
              pathType: 'Prefix',
              backend: { service: { name: service, port: { number: 80 } } },
            })),
          },
        },
      ],
    },
  }
}

/** A Service of namespace `default` with port 80, and an EndpointSlice that leads to ports of 127.0.0.1. */
export function service(name: string, ports: readonly number[]): readonly object[] {
  const selector = { app: name }
  const slices = ports.map((port, index) => ({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: `${name}-${index}`, namespace: 'default', labels: { 'kubernetes.io/service-name': name } },
    addressType: 'IPv4',
    ports: [{ name: 'http', port, protocol: 'TCP' }],
    endpoints: [
      {
        addresses: ['127.0.0.1'],
        conditions: { ready: true, serving: true, terminating: false },
        targetRef: { kind: 'Pod', namespace: 'default', name: `${name}-pod-${index}` },
      },
    ],
  }))
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace: 'default' },
      spec: { selector, ports: [{ name: 'http', port: 80, targetPort: 'http', protocol: 'TCP' }] },
    },
    ...slices,
  ]
}

/** A kubernetes.io/tls Secret of namespace `default`. */
export function tlsSecret(
  name: string,
  pem: { readonly certificatePem: string; readonly privateKeyPem: string },
): object {
  const encode = (text: string): string => Buffer.from(text).toString('base64')
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'kubernetes.io/tls',
    metadata: { name, namespace: 'default' },
    data: { 'tls.crt': encode(pem.certificatePem), 'tls.key': encode(pem.privateKeyPem) },
  }
}
