import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'

/** Many Ingresses on disk, one file each, that lead to one Service with one real endpoint. */
export interface ManifestSet {
  readonly folder: string
  /**
   * Replaces the file of the Ingress `index` by one with this path more, the way editors and GitOps agents do: write, then rename.
   * Returns the moment (`performance.now()`) just before the rename.
   */
  change(index: number, path: string): Promise<number>
  remove(): Promise<void>
}

export const pathsPerIngress = 3

export function hostOf(index: number): string {
  return `site-${index}.example`
}

/** Writes `count` Ingresses of three paths each, into a new folder in `parent`. */
export async function writeManifests(
  count: number,
  backendPort: number,
  parent: string = tmpdir(),
): Promise<ManifestSet> {
  const folder = await mkdtemp(join(parent, 'ingresskit-bench-'))
  await writeFile(join(folder, 'service.yaml'), stringify(service()) + '---\n' + stringify(slice(backendPort)))
  for (let index = 0; index < count; index += 1) await writeFile(fileOf(folder, index), stringify(ingress(index, [])))
  let serial = 0
  return {
    folder,
    async change(index, path) {
      serial += 1
      const draft = join(folder, `.draft-${serial}`)
      await writeFile(draft, stringify(ingress(index, [path])))
      const renamedAt = performance.now()
      await rename(draft, fileOf(folder, index))
      return renamedAt
    },
    async remove() {
      await rm(folder, { recursive: true })
    },
  }
}

function fileOf(folder: string, index: number): string {
  return join(folder, `ingress-${index}.yaml`)
}

function ingress(index: number, more: readonly string[]): object {
  const paths = [...Array.from({ length: pathsPerIngress }, (_, path) => `/path-${path}`), ...more]
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: `site-${index}`, namespace: 'default' },
    spec: {
      ingressClassName: 'ingresskit',
      rules: [
        {
          host: hostOf(index),
          http: {
            paths: paths.map(path => ({
              path,
              pathType: 'Exact',
              backend: { service: { name: 'web', port: { number: 80 } } },
            })),
          },
        },
      ],
    },
  }
}

function service(): object {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'default' },
    spec: { ports: [{ port: 80 }] },
  }
}

function slice(port: number): object {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'web-1', namespace: 'default', labels: { 'kubernetes.io/service-name': 'web' } },
    addressType: 'IPv4',
    ports: [{ name: '', port }],
    endpoints: [{ addresses: ['127.0.0.1'] }],
  }
}
