/**
 * Writes `kube-openapi/definitions.json`: of the OpenAPI v3 documents of a Kubernetes API server, what the kinds below need.
 *
 *   node tooling/testkit/src/kubernetes-schemas/extract.ts FOLDER
 *
 * FOLDER holds one `.json` for each group, each the answer to `kubectl get --raw /openapi/v3/apis/GROUP/VERSION` (`/openapi/v3/api/v1`
 * for the core group). Descriptions are dropped: they are nine tenths of the size. To add a kind, name it here and run this again,
 * then `pnpm fix`.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** By `apiVersion`: the kinds that this repository reads, writes or installs. */
const wanted: Readonly<Record<string, readonly string[]>> = {
  v1: ['ConfigMap', 'Event', 'Namespace', 'Node', 'Pod', 'Secret', 'Service', 'ServiceAccount'],
  'admissionregistration.k8s.io/v1': [
    'ValidatingAdmissionPolicy',
    'ValidatingAdmissionPolicyBinding',
    'ValidatingWebhookConfiguration',
  ],
  'apps/v1': ['DaemonSet', 'Deployment'],
  'autoscaling/v2': ['HorizontalPodAutoscaler'],
  'coordination.k8s.io/v1': ['Lease'],
  'discovery.k8s.io/v1': ['EndpointSlice'],
  'events.k8s.io/v1': ['Event'],
  'networking.k8s.io/v1': ['Ingress', 'IngressClass', 'NetworkPolicy'],
  'policy/v1': ['PodDisruptionBudget'],
  'rbac.authorization.k8s.io/v1': ['ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding'],
}

type Schemas = Readonly<Record<string, unknown>>

interface GroupVersionKind {
  readonly group: string
  readonly version: string
  readonly kind: string
}

const target = join(import.meta.dirname, '../../kube-openapi/definitions.json')
const refPrefix = '#/components/schemas/'

const main = (folder: string): void => {
  const schemas = readSchemas(folder)
  const kinds = kindsOf(schemas)
  const definitions: Record<string, unknown> = {}
  const open = Object.values(kinds)
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (Object.hasOwn(definitions, name)) continue
    definitions[name] = trimmed(schemas[name])
    open.push(...refsOf(definitions[name]))
  }
  const sorted = Object.fromEntries(Object.entries(definitions).toSorted(([a], [b]) => (a < b ? -1 : 1)))
  writeFileSync(target, `${JSON.stringify({ kinds, definitions: sorted }, undefined, 2)}\n`)
}

/** One server publishes the same definition in several documents; they do not differ. */
const readSchemas = (folder: string): Schemas => {
  const documents = readdirSync(folder).filter(file => file.endsWith('.json'))
  return Object.assign(
    {},
    ...documents.map(file => {
      const { components } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as {
        components: { schemas: Schemas }
      }
      return components.schemas
    }),
  ) as Schemas
}

/** `apiVersion kind` to the name of its definition. */
const kindsOf = (schemas: Schemas): Readonly<Record<string, string>> => {
  const byKind = new Map<string, string>()
  for (const [name, schema] of Object.entries(schemas)) {
    const own = (schema as { 'x-kubernetes-group-version-kind'?: readonly GroupVersionKind[] })[
      'x-kubernetes-group-version-kind'
    ]
    for (const { group, version, kind } of own ?? []) {
      byKind.set(`${group === '' ? version : `${group}/${version}`} ${kind}`, name)
    }
  }
  return Object.fromEntries(
    Object.entries(wanted).flatMap(([apiVersion, names]) =>
      names.map(kind => {
        const name = byKind.get(`${apiVersion} ${kind}`)
        if (name === undefined) throw new Error(`${apiVersion} ${kind} is in none of the documents`)
        return [`${apiVersion} ${kind}`, name]
      }),
    ),
  )
}

/** Without what says nothing about validity. The keys of `properties` are names of fields, which may be called anything. */
const trimmed = (schema: unknown): unknown => {
  if (Array.isArray(schema)) return schema.map(trimmed)
  if (typeof schema !== 'object' || schema === null) return schema
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([key]) => key !== 'description' && key !== 'default' && !key.startsWith('x-kubernetes-'))
      .map(([key, inner]) => [key, key === 'properties' ? trimmedFields(inner as Schemas) : trimmed(inner)]),
  )
}

const trimmedFields = (fields: Schemas): Schemas =>
  Object.fromEntries(Object.entries(fields).map(([name, schema]) => [name, trimmed(schema)]))

const refsOf = (value: unknown): readonly string[] => {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    key === '$ref' && typeof inner === 'string' ? [inner.slice(refPrefix.length)] : refsOf(inner),
  )
}

const [folder] = process.argv.slice(2)
if (folder === undefined) throw new Error('name the folder of the OpenAPI documents')
main(folder)
