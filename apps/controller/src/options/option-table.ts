import { z } from 'zod'
import { clusterOptions } from './cluster-options.ts'
import type { OptionTable, OptionValues } from './option-definition.ts'
import { list, network, objectKey, onOff, port, seconds, text, workers } from './option-schemas.ts'

/** Every option of the command line, with its type, default and help: one table for flags, environment, file and docs. */

/** Where objects come from; the same for every command. */
export const sourceOptions = {
  manifests: {
    shape: 'list',
    value: 'PATH',
    help: 'YAML or JSON files, or folders of them, instead of a cluster (repeatable)',
    schema: list.default([]),
  },
  kubeconfig: {
    shape: 'single',
    value: 'PATH',
    help: 'kubeconfig of the cluster; default: in-cluster, else $KUBECONFIG, else ~/.kube/config',
    schema: text.optional(),
  },
  context: { shape: 'single', value: 'NAME', help: 'context of the kubeconfig', schema: text.optional() },
  'watch-namespace': { shape: 'list', value: 'NS', help: 'only this namespace (repeatable)', schema: list.default([]) },
  'ingress-class': {
    shape: 'list',
    value: 'NAME',
    help: 'class name answered to (repeatable, default ingresskit)',
    schema: list.pipe(z.array(text).min(1, 'must name a class')).default(['ingresskit']),
  },
  'controller-class': {
    shape: 'list',
    value: 'NAME',
    help: 'IngressClass.spec.controller answered to (repeatable, default ingresskit.dev/ingress-controller)',
    schema: list.pipe(z.array(text).min(1, 'must name a controller')).default(['ingresskit.dev/ingress-controller']),
  },
  'watch-ingress-without-class': {
    shape: 'switch',
    value: '',
    help: 'serve Ingresses that name no class',
    schema: onOff.default(false),
  },
  'default-backend-service': {
    shape: 'single',
    value: 'NS/NAME',
    help: 'Service for requests that no rule matches (default: a 404 page)',
    schema: objectKey.optional(),
  },
  'default-tls-secret': {
    shape: 'single',
    value: 'NS/NAME',
    help: 'certificate for unknown server names (default: self-signed, made at start)',
    schema: objectKey.optional(),
  },
  'session-secret': {
    shape: 'single',
    value: 'NS/NAME',
    help: 'Secret whose entry "key" signs session cookies, the same in all replicas (default: random, made at start)',
    schema: objectKey.optional(),
  },
  zone: {
    shape: 'single',
    value: 'NAME',
    help: 'topology zone of this replica: endpoints that EndpointSlices name for it are preferred (default: none)',
    schema: text.optional(),
  },
  'external-name': {
    shape: 'single',
    value: 'deny|allow',
    help: 'Services of type ExternalName as backends (default deny)',
    schema: z.enum(['deny', 'allow']).default('deny'),
  },
  mode: {
    shape: 'single',
    value: 'strict',
    help: 'strict = Kubernetes rules, the only mode of this version (default strict)',
    schema: z.enum(['strict'], { error: 'must be strict: nginx mode is not part of this version' }).default('strict'),
  },
  'log-level': {
    shape: 'single',
    value: 'LEVEL',
    help: 'trace, debug, info, warn, error or silent (default info)',
    schema: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
  },
  'log-format': {
    shape: 'single',
    value: 'json|pretty',
    help: 'pretty is for people (default json)',
    schema: z.enum(['json', 'pretty']).default('json'),
  },
} as const satisfies OptionTable

/** What `serve` and `demo` add. */
export const serveOptions = {
  bind: {
    shape: 'single',
    value: 'ADDR',
    help: 'address of the HTTP and HTTPS listeners (default ::)',
    schema: text.default('::'),
  },
  'http-port': {
    shape: 'single',
    value: 'PORT',
    help: 'HTTP port; 0 = any free one (default 8080)',
    schema: port.default(8080),
  },
  'https-port': {
    shape: 'single',
    value: 'PORT',
    help: 'HTTPS port; 0 = any free one (default 8443)',
    schema: port.default(8443),
  },
  'admin-bind': {
    shape: 'single',
    value: 'ADDR',
    help: 'address of the admin port (default 127.0.0.1)',
    schema: text.default('127.0.0.1'),
  },
  'admin-port': {
    shape: 'single',
    value: 'PORT',
    help: 'health, metrics and API; 0 = any free one (default 10254)',
    schema: port.default(10_254),
  },
  workers: {
    shape: 'single',
    value: 'N|auto',
    help: 'threads that carry traffic, 1 to 256; auto = as many as there are cores (default 1)',
    schema: workers.default(1),
  },
  'data-plane': {
    shape: 'single',
    value: 'NAME',
    help: 'what carries requests: wire, the engine of this project, or http-proxy-3 (default wire)',
    schema: z.enum(['wire', 'http-proxy-3'], { error: 'must be wire or http-proxy-3' }).default('wire'),
  },
  'trusted-proxies': {
    shape: 'list',
    value: 'CIDR,…',
    help: 'peers whose X-Forwarded-* and Forwarded headers are believed (default none)',
    schema: list.pipe(z.array(network)).default([]),
  },
  'access-log': {
    shape: 'switch',
    value: '',
    help: 'a line of JSON on standard output for every finished request',
    schema: onOff.default(false),
  },
  'drain-delay': {
    shape: 'single',
    value: 'SECONDS',
    help: 'after SIGTERM, keep accepting this long (default 0)',
    schema: seconds.default(0),
  },
  'drain-timeout': {
    shape: 'single',
    value: 'SECONDS',
    help: 'then requests still in flight are cut after this long (default 30)',
    schema: seconds.default(30),
  },
  ...clusterOptions,
} as const satisfies OptionTable

/** What `explain` and `check` add. */
export const outputOptions = {
  output: {
    shape: 'single',
    value: 'text|json',
    help: 'for people or for programs (default text)',
    schema: z.enum(['text', 'json']).default('text'),
  },
} as const satisfies OptionTable

/** What `explain` adds. */
export const explainOptions = {
  ...outputOptions,
  header: {
    shape: 'list',
    value: 'NAME:VALUE',
    help: 'a header of the request (repeatable)',
    schema: z.array(z.string().regex(/^[^:\s]+:/, 'must be NAME:VALUE')).default([]),
  },
} as const satisfies OptionTable

export type SourceOptions = OptionValues<typeof sourceOptions>
export type ServeOptions = SourceOptions & OptionValues<typeof serveOptions>
export type CheckOptions = SourceOptions & OptionValues<typeof outputOptions>
export type ExplainOptions = SourceOptions & OptionValues<typeof explainOptions>
