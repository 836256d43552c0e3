import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { loadAll } from 'js-yaml'
import { z } from 'zod'

/** As much of a Deployment as the demo plays: how many pods, with which labels and ports. */
export interface Deployment {
  readonly namespace: string
  readonly name: string
  readonly replicas: number
  readonly labels: Readonly<Record<string, string>>
  /** Names of the container ports; every port of a pod is the same echo server. */
  readonly portNames: readonly string[]
}

const maxReplicas = 20

const deploymentSchema = z.object({
  kind: z.literal('Deployment'),
  metadata: z.object({ name: z.string(), namespace: z.string().default('default') }),
  spec: z.object({
    replicas: z.int().min(0).max(maxReplicas).default(1),
    template: z.object({
      metadata: z.object({ labels: z.record(z.string(), z.string()).default({}) }),
      spec: z.object({
        containers: z.array(z.object({ ports: z.array(z.object({ name: z.string().optional() })).default([]) })),
      }),
    }),
  }),
})

/**
 * Reads the Deployments in manifests, files or folders.
 *
 * Documents of other kinds are passed over. A file that cannot be read or parsed gives `undefined`: it may be half written.
 */
export function readDeployments(paths: readonly string[]): readonly Deployment[] | undefined {
  try {
    return paths.flatMap(manifestFiles).flatMap(file =>
      loadAll(readWritten(file)).flatMap(document => {
        const parsed = deploymentSchema.safeParse(document)
        return parsed.success ? [toDeployment(parsed.data)] : []
      }),
    )
  } catch {
    return undefined
  }
}

/** An empty file is one that an editor is about to fill. */
function readWritten(file: string): string {
  const text = readFileSync(file, 'utf8')
  if (text === '') throw new Error(`${file} is empty`)
  return text
}

function manifestFiles(path: string): readonly string[] {
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter(name => /\.(ya?ml|json)$/.test(name))
    .map(name => join(path, name))
}

function toDeployment({ metadata, spec }: z.infer<typeof deploymentSchema>): Deployment {
  return {
    namespace: metadata.namespace,
    name: metadata.name,
    replicas: spec.replicas,
    labels: spec.template.metadata.labels,
    portNames: spec.template.spec.containers.flatMap(({ ports }) => ports.flatMap(({ name }) => name ?? [])),
  }
}
