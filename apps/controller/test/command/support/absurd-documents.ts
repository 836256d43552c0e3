/** YAML that parses, or nearly, and makes no sense: every field of every kind with a value of every wrong type. */

import { ingress, service, tlsSecret } from './manifests.ts'

const wrongValues: readonly unknown[] = [
  null,
  true,
  -1,
  1e300,
  '',
  '\u0000',
  'x'.repeat(300),
  [],
  [null],
  [[]],
  {},
  { a: null },
  [{ toString: 1, constructor: 2, length: -1 }],
]

/** Whole files; each can be read alone or beside the others. Objects are named `absurd-…`. */
export function absurdDocuments(): readonly string[] {
  const backends = service('absurd', [7999])
  const [serviceObject] = backends
  const patient = [
    ingress({
      name: 'absurd',
      host: 'absurd.test',
      paths: [{ service: 'absurd' }],
      annotations: { 'ingresskit.dev/load-balance': 'least-conn', 'nginx.ingress.kubernetes.io/rewrite-target': '/' },
      tlsSecret: 'absurd',
    }),
    ...backends,
    tlsSecret('absurd', { certificatePem: 'none', privateKeyPem: 'none' }),
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'IngressClass',
      metadata: { name: 'absurd' },
      spec: { controller: 'example.com/other' },
    },
  ]
  return [
    ...patient.map((object, kind) =>
      variants(object)
        .map((variant, index) => JSON.stringify(renamed(variant, `absurd-${kind}-${index}`)))
        .join('\n---\n'),
    ),
    // What the absurd Ingresses and EndpointSlices refer to, and Ingresses that refer to every absurd Service and Secret.
    JSON.stringify(serviceObject),
    absurdHosts()
      .map((host, index) =>
        JSON.stringify(
          ingress({
            name: `absurd-user-${index}`,
            host,
            paths: [{ service: `absurd-1-${index}` }],
            tlsSecret: `absurd-3-${index}`,
          }),
        ),
      )
      .join('\n---\n'),
    // Documents that are no objects, and objects that are no manifests.
    'null\n---\n5\n---\ntext\n---\n[]\n---\n[1, [2]]\n---\n{}\n---\n{kind: Ingress}\n---\n{kind: 5, apiVersion: []}\n',
    '{apiVersion: v1, kind: List, items: 5}\n---\n{apiVersion: v1, kind: List, items: [null, 5, [], {}, {kind: List}]}\n---\n{apiVersion: v1, kind: List}\n',
    '{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: absurd-proto, namespace: default, annotations: {__proto__: {a: b}}, labels: {__proto__: 5}}, spec: {__proto__: {rules: 5}}}\n',
    '{apiVersion: v1, kind: Service, metadata: {name: __proto__, namespace: __proto__}, spec: {ports: [{port: 80}]}}\n---\n{apiVersion: v1, kind: __proto__, metadata: {name: constructor}}\n',
    // A loop, a bomb, a language tag, nesting, and bytes that are no text.
    '&loop {apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: absurd-loop}, spec: *loop}\n',
    `a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n${Array.from({ length: 9 }, (_, i) => `a${i + 1}: &a${i + 1} [${Array.from({ length: 10 }, () => `*a${i}`).join(', ')}]`).join('\n')}\nkind: Ingress\napiVersion: networking.k8s.io/v1\nmetadata: {name: absurd-bomb, annotations: *a9}\nspec: *a9\n`,
    'kind: !!js/function "function () { process.exit(9) }"\n',
    `${'['.repeat(20_000)}\n`,
    `kind: Ingress\nmetadata: ${'{a: '.repeat(3_000)}1${'}'.repeat(3_000)}\n`,
    '\u0000\u0001\ufffd\u0007',
    '',
  ]
}

/** Hosts that lead to absurd Services and have absurd Secrets. */
export function absurdHosts(): readonly string[] {
  return Array.from({ length: 140 }, (_, index) => `user-${index}.test`)
}

/** One copy per field and wrong value. */
function variants(value: unknown): readonly unknown[] {
  const children: readonly unknown[] = Array.isArray(value)
    ? value.flatMap((item, index) => variants(item).map(variant => value.with(index, variant)))
    : isRecord(value)
      ? Object.keys(value).flatMap(key => variants(value[key]).map(variant => ({ ...value, [key]: variant })))
      : []
  return [...wrongValues, ...children]
}

/** With a name of its own, where the variant still has metadata with a name that is text. */
function renamed(variant: unknown, name: string): unknown {
  if (!isRecord(variant) || !isRecord(variant['metadata'])) return variant
  return variant['metadata']['name'] === 'absurd' || variant['metadata']['name'] === 'absurd-0'
    ? { ...variant, metadata: { ...variant['metadata'], name } }
    : variant
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
