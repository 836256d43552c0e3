import { chooseAlternative } from '@ingresskit/rule-matcher'
import type { ClassOptions } from '../src/ingress-class.ts'
import type { KubernetesObject } from '../src/kubernetes-object.ts'
import type { RouteTarget } from '../src/route-target.ts'
import { translateIngresses } from '../src/translate-ingresses.ts'
import type { Translation } from '../src/translation.ts'

/** Builders of the objects that the tests of this package translate. */

const classOptions: ClassOptions = {
  ingressClasses: ['ingresskit'],
  controllerClasses: ['ingresskit.dev/ingress-controller'],
  withoutClass: 'ignore',
  admission: 'none',
}

export interface IngressParts {
  readonly name?: string
  readonly namespace?: string
  readonly annotations?: Readonly<Record<string, string>>
  readonly creationTimestamp?: string
  readonly spec: unknown
}

export function ingress({ name = 'site', namespace = 'default', spec, ...meta }: IngressParts): KubernetesObject {
  const classed = typeof spec === 'object' && spec !== null ? { ingressClassName: 'ingresskit', ...spec } : spec
  return { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name, namespace, ...meta }, spec: classed }
}

export function service(
  name: string,
  ports: readonly unknown[] = [{ name: 'http', port: 80 }],
  annotations: Readonly<Record<string, string>> = {},
): KubernetesObject {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'default', annotations }, spec: { ports } }
}

export function ingressClass(
  name: string,
  controller: string,
  annotations: Readonly<Record<string, string>> = {},
): KubernetesObject {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: { name, annotations },
    spec: { controller },
  }
}

export function backend(name: string, port: unknown = { number: 80 }): unknown {
  return { service: { name, port } }
}

export function pathTo(name: string, path = '/', pathType = 'Prefix'): unknown {
  return { path, pathType, backend: backend(name) }
}

export function rule(host: string | undefined, ...paths: readonly unknown[]): unknown {
  return { ...(host === undefined ? {} : { host }), http: { paths } }
}

export interface World {
  readonly ingresses: readonly KubernetesObject[]
  readonly services?: readonly KubernetesObject[]
  readonly classes?: readonly KubernetesObject[]
  readonly options?: Partial<ClassOptions>
  readonly previous?: Translation
  readonly fileOf?: (object: KubernetesObject) => string | undefined
}

export function translate({
  ingresses,
  services = [service('web')],
  classes = [],
  options = {},
  previous,
  fileOf,
}: World): Translation {
  return translateIngresses(
    {
      ingresses: byKey(ingresses),
      services: byKey(services),
      ingressClasses: byKey(classes),
      ...(fileOf === undefined ? {} : { fileOf }),
    },
    { ...classOptions, ...options },
    previous,
  )
}

/** The field and reason of every problem: what most tests are about. */
export function problemsOf(translation: Translation): readonly string[] {
  return translation.problems.map(({ severity, reason, field }) => `${severity} ${reason} ${field}`)
}

/** An Ingress `site` with one path `/` of `a.example`, the Services it may name, and what becomes of them. */
export function annotated(
  annotations: Readonly<Record<string, string>>,
  {
    onService = {},
    others = [],
  }: { readonly onService?: Readonly<Record<string, string>>; readonly others?: readonly KubernetesObject[] } = {},
): Translation {
  const site = ingress({ annotations, spec: { rules: [rule('a.example', pathTo('web'))] } })
  return translate({ ingresses: [site], services: [service('web', undefined, onService), ...others] })
}

/** The target of `/` of `a.example`; throws when there is none, or a choice. */
export function onlyTarget(translation: Translation): RouteTarget {
  const match = translation.table.match('a.example', '/')
  if (match.kind !== 'rule') throw new Error(`there is no one rule for a.example/: ${match.kind}`)
  return match.rule.value
}

/** `Service/web`, `Ingress/site`, …: who has which problems, with their messages. */
export function messagesOf(translation: Translation): readonly string[] {
  return translation.problems.map(({ kind, name, severity, message }) => `${severity} ${kind}/${name}: ${message}`)
}

/** `namespace/service:port` that a request without any special content reaches, or why it reaches none. */
export function reached(translation: Translation, host: string, path: string): string {
  const match = chooseAlternative(translation.table.match(host, path), () => false)
  if (match.kind === 'none') return match.reason
  const { backend: to } = match.rule.value
  return to.kind === 'service' ? to.key : to.reason
}

function byKey(objects: readonly KubernetesObject[]): ReadonlyMap<string, KubernetesObject> {
  return new Map(
    objects.map(object => {
      const { name, namespace } = object.metadata
      return [namespace === undefined ? name : `${namespace}/${name}`, object] as const
    }),
  )
}
