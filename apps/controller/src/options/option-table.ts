import { z } from 'zod'

/** Every option of the command line, with its type, default and help: one table for flags, environment, file and docs. */

/** How an option is written: one value, several, or none (a switch). */
export type OptionShape = 'single' | 'list' | 'switch'

/** One row of the table. `schema` turns what was written (text, or a YAML value) into the value, default included. */
export interface OptionDefinition<T> {
  readonly shape: OptionShape
  /** Placeholder in the help, e.g. `PORT`; empty for a switch. */
  readonly value: string
  readonly help: string
  readonly schema: z.ZodType<T>
}

const text = z.string().min(1, 'must not be empty')
const list = z.union([z.array(text), text.transform(splitList)])
const number = z.union([z.number(), z.string().regex(/^\d+(\.\d+)?$/, 'must be a number').transform(Number)])
const port = number.pipe(z.int('must be a whole number').min(0, 'must be 0 or more').max(65_535, 'must be at most 65535'))
const seconds = number.pipe(z.number().min(0).max(86_400, 'must be at most 86400 seconds'))
const onOff = z.union([z.boolean(), z.enum(['true', 'false']).transform(value => value === 'true')])
const objectKey = z.string().regex(/^[a-z0-9-]{1,63}\/[a-z0-9.-]{1,253}$/, 'must be NAMESPACE/NAME')

/** Where objects come from; the same for every command. */
export const sourceOptions = {
  manifests: define('list', 'PATH', 'YAML or JSON files, or folders of them, instead of a cluster (repeatable)', list.default([])),
  kubeconfig: define('single', 'PATH', 'kubeconfig of the cluster; default: in-cluster, else $KUBECONFIG, else ~/.kube/config', text.optional()),
  context: define('single', 'NAME', 'context of the kubeconfig', text.optional()),
  'watch-namespace': define('list', 'NS', 'only this namespace (repeatable)', list.default([])),
  'ingress-class': define('single', 'NAME', 'class name answered to (default ingresskit)', text.default('ingresskit')),
  'controller-class': define('single', 'NAME', 'IngressClass.spec.controller answered to (default ingresskit.dev/ingress-controller)', text.default('ingresskit.dev/ingress-controller')),
  'watch-ingress-without-class': define('switch', '', 'serve Ingresses that name no class', onOff.default(false)),
  'default-backend-service': define('single', 'NS/NAME', 'Service for requests that no rule matches (default: a 404 page)', objectKey.optional()),
  'default-tls-secret': define('single', 'NS/NAME', 'certificate for unknown server names (default: self-signed, made at start)', objectKey.optional()),
  'external-name': define('single', 'deny|allow', 'Services of type ExternalName as backends (default deny)', z.enum(['deny', 'allow']).default('deny')),
  mode: define('single', 'strict', 'strict = Kubernetes rules, the only mode of this version (default strict)', z.enum(['strict'], { error: 'must be strict: nginx mode is not part of this version' }).default('strict')),
  'log-level': define('single', 'LEVEL', 'trace, debug, info, warn, error or silent (default info)', z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info')),
  'log-format': define('single', 'json|pretty', 'pretty is for people (default json)', z.enum(['json', 'pretty']).default('json')),
} as const

/** What `serve` and `demo` add. */
export const serveOptions = {
  bind: define('single', 'ADDR', 'address of the HTTP and HTTPS listeners (default ::)', text.default('::')),
  'http-port': define('single', 'PORT', 'HTTP port; 0 = any free one (default 8080)', port.default(8080)),
  'https-port': define('single', 'PORT', 'HTTPS port; 0 = any free one (default 8443)', port.default(8443)),
  'admin-bind': define('single', 'ADDR', 'address of the admin port (default 127.0.0.1)', text.default('127.0.0.1')),
  'admin-port': define('single', 'PORT', 'health, metrics and API; 0 = any free one (default 10254)', port.default(10_254)),
  workers: define('single', 'N', 'threads that carry traffic; this version has one (default 1)', z.union([z.literal(1), z.literal('1').transform(() => 1 as const)], { error: 'must be 1: more threads are not part of this version' }).default(1)),
  'data-plane': define('single', 'NAME', 'http-proxy-3, the only one of this version (default http-proxy-3)', z.enum(['http-proxy-3'], { error: 'must be http-proxy-3: the wire engine is not part of this version' }).default('http-proxy-3')),
  'trusted-proxies': define('list', 'CIDR,…', 'peers whose X-Forwarded-* and Forwarded headers are believed (default none)', list.default([])),
  'drain-delay': define('single', 'SECONDS', 'after SIGTERM, keep accepting this long (default 0)', seconds.default(0)),
  'drain-timeout': define('single', 'SECONDS', 'then requests still in flight are cut after this long (default 30)', seconds.default(30)),
} as const

/** What `explain` and `check` add. */
export const outputOptions = {
  output: define('single', 'text|json', 'for people or for programs (default text)', z.enum(['text', 'json']).default('text')),
} as const

/** What `explain` adds. */
export const explainOptions = {
  ...outputOptions,
  header: define('list', 'NAME:VALUE', 'a header of the request (repeatable)', z.array(z.string().regex(/^[^:\s]+:/, 'must be NAME:VALUE')).default([])),
} as const

/** The values of a table, as the schemas type them. */
export type OptionValues<Table extends Readonly<Record<string, OptionDefinition<unknown>>>> = {
  readonly [Name in keyof Table]: Table[Name] extends OptionDefinition<infer Value> ? Value : never
}

export type SourceOptions = OptionValues<typeof sourceOptions>
export type ServeOptions = SourceOptions & OptionValues<typeof serveOptions>
export type CheckOptions = SourceOptions & OptionValues<typeof outputOptions>
export type ExplainOptions = SourceOptions & OptionValues<typeof explainOptions>

function define<T>(shape: OptionShape, value: string, help: string, schema: z.ZodType<T>): OptionDefinition<T> {
  return { shape, value, help, schema }
}

function splitList(value: string): readonly string[] {
  return value.split(',').map(item => item.trim()).filter(item => item !== '')
}
