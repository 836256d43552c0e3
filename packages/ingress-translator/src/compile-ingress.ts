import { type DefaultRule, type Precedence, parseRuleHost, type Rule } from '@ingresskit/rule-matcher'
import { type AnnotationEffect, readAnnotationEffect } from './annotation-effects.ts'
import { resolveBackend } from './backend.ts'
import { readBalancing } from './balancing.ts'
import type { CompiledIngress } from './compiled-ingress.ts'
import type { KubernetesObject } from './kubernetes-object.ts'
import { type Problem, problemReporter, type ReportProblem } from './problem.ts'
import type { Backend, RouteTarget } from './route-target.ts'
import { readRulePath } from './rule-path.ts'
import { readTlsBindings } from './tls-bindings.ts'
import { asList, asRecord, asText, quoted, type UnknownRecord } from './unknown-fields.ts'

/** What one Ingress is compiled with. */
export interface CompileContext {
  /** The Service with this `namespace/name`, or `undefined`. */
  readonly service: (key: string) => KubernetesObject | undefined
  /** The file the Ingress was read from: decides conflicts between Ingresses without creation times. */
  readonly file?: string
}

/** Compiles one Ingress. Total: whatever is wrong with it becomes a problem and costs only the path or host it is in. */
export function compileIngress(source: KubernetesObject, context: CompileContext): CompiledIngress {
  const compiler = new IngressCompiler(source, context)
  return compiler.compile()
}

class IngressCompiler {
  readonly #source: KubernetesObject
  readonly #namespace: string
  readonly #precedence: Precedence
  readonly #lookUp: CompileContext['service']
  readonly #services = new Map<string, KubernetesObject | undefined>()
  readonly #problems: Problem[] = []
  readonly #report: ReportProblem
  readonly #rules: Rule<RouteTarget>[] = []
  readonly #hosts = new Set<string | undefined>()
  readonly #balancing: RouteTarget['balancing']
  readonly #effect: AnnotationEffect

  constructor(source: KubernetesObject, context: CompileContext) {
    this.#source = source
    this.#namespace = source.metadata.namespace ?? 'default'
    this.#lookUp = context.service
    this.#precedence = precedenceOf(source, context.file)
    this.#report = onceForEachMissingService(problemReporter(source, this.#problems))
    const annotations = source.metadata.annotations ?? {}
    this.#balancing = readBalancing(annotations, this.#report)
    this.#effect = readAnnotationEffect(annotations, this.#report)
  }

  compile(): CompiledIngress {
    const spec = asRecord(this.#source['spec'])
    if (spec === undefined)
      this.#report('error', 'SpecInvalid', {
        field: 'spec',
        message: 'the Ingress has no spec; add rules or a defaultBackend',
      })
    const rules = asList(spec?.['rules'])
    if (spec?.['rules'] !== undefined && rules === undefined) {
      this.#report('error', 'SpecInvalid', { field: 'spec.rules', message: 'the rules must be a list' })
    }
    for (const [index, rule] of (rules ?? []).entries()) this.#compileRule(asRecord(rule) ?? {}, `spec.rules[${index}]`)
    const defaults = this.#compileDefault(spec, rules?.length ?? 0)
    if (spec !== undefined && (rules ?? []).length === 0 && spec['defaultBackend'] === undefined) {
      this.#report('error', 'SpecInvalid', {
        field: 'spec',
        message: 'it has neither rules nor a defaultBackend, so it serves nothing; add one of them',
      })
    }
    const ruleHosts = [...this.#hosts].filter(host => host !== undefined)
    const tls = readTlsBindings(this.#source, ruleHosts, this.#report)
    const leftOut = this.#effect.kind === 'left-out'
    return {
      source: this.#source,
      ingress: { namespace: this.#namespace, name: this.#source.metadata.name },
      precedence: this.#precedence,
      rules: leftOut ? [] : this.#rules,
      defaults: leftOut ? [] : defaults,
      tls,
      problems: this.#problems,
      services: this.#services,
    }
  }

  #compileRule(rule: UnknownRecord, field: string): void {
    const host = this.#readHost(rule, field)
    if (host === 'invalid') return
    this.#hosts.add(host.name)
    const http = asRecord(rule['http'])
    const paths = asList(http?.['paths'])
    if (rule['http'] === undefined) return // The host is served by the default backend alone, as Kubernetes has it.
    if (paths === undefined || paths.length === 0) {
      this.#report('error', 'SpecInvalid', {
        field: `${field}.http.paths`,
        message: 'the list of paths is missing or empty; add a path',
      })
      return
    }
    for (const [index, entry] of paths.entries()) {
      this.#compilePath(asRecord(entry) ?? {}, `${field}.http.paths[${index}]`, host.name)
    }
  }

  #readHost(rule: UnknownRecord, field: string): { readonly name: string | undefined } | 'invalid' {
    const value = rule['host']
    if (value === undefined || value === '') return { name: undefined }
    const parsed = parseRuleHost(asText(value) ?? '')
    if (parsed.kind !== 'invalid') return { name: parsed.host }
    this.#report('error', 'HostInvalid', {
      field: `${field}.host`,
      message: `${quoted(value)} is no host name; use a lower-case DNS name, with "*." in front for a wildcard`,
    })
    return 'invalid'
  }

  #compilePath(entry: UnknownRecord, field: string, host: string | undefined): void {
    const path = readRulePath(entry)
    if (path.kind === 'invalid') {
      this.#report('error', 'PathInvalid', { field: `${field}.${path.field}`, message: path.message })
      return
    }
    const backend = this.#resolve(entry['backend'], `${field}.backend`)
    const value = this.#target(backend, { field, host: host ?? '', path: path.path })
    this.#rules.push({ host, path: path.path, pathType: path.pathType, precedence: this.#precedence, value })
  }

  #compileDefault(spec: UnknownRecord | undefined, ruleCount: number): readonly DefaultRule<RouteTarget>[] {
    if (spec?.['defaultBackend'] === undefined) return []
    const field = 'spec.defaultBackend'
    const backend = this.#resolve(spec['defaultBackend'], field)
    const hosts = ruleCount === 0 ? [undefined] : [...this.#hosts]
    return hosts.map(host => ({
      host,
      precedence: this.#precedence,
      value: this.#target(backend, { field, host: host ?? '', path: '' }),
    }))
  }

  #resolve(value: unknown, field: string): Backend {
    const service = (key: string): KubernetesObject | undefined => {
      const object = this.#lookUp(key)
      this.#services.set(key, object)
      return object
    }
    return resolveBackend(value, { namespace: this.#namespace, field, service, report: this.#report })
  }

  #target(backend: Backend, place: Pick<RouteTarget, 'field' | 'host' | 'path'>): RouteTarget {
    const { name } = this.#source.metadata
    const guarded = this.#effect.kind === 'guarded' ? this.#effect.annotation : undefined
    return {
      ingress: { namespace: this.#namespace, name },
      ...place,
      balancing: this.#balancing,
      backend:
        guarded === undefined
          ? backend
          : {
              kind: 'unavailable',
              reason: 'guard-not-supported',
              message: `this version cannot enforce ${guarded}, and the path is not served without it`,
            },
    }
  }
}

function precedenceOf(source: KubernetesObject, file: string | undefined): Precedence {
  const { name, namespace, creationTimestamp } = source.metadata
  // oxlint-disable-next-line no-restricted-globals -- reads the text of a timestamp, not the clock
  const createdAtMs = creationTimestamp === undefined ? Number.NaN : Date.parse(creationTimestamp)
  return {
    ...(Number.isNaN(createdAtMs) ? {} : { createdAtMs }),
    ...(file === undefined ? {} : { origin: file }),
    object: `${namespace ?? 'default'}/${name}`,
  }
}

/** An Ingress that names a missing Service in ten paths has one problem, not ten. */
function onceForEachMissingService(report: ReportProblem): ReportProblem {
  const reported = new Set<string>()
  return (severity, reason, detail) => {
    if (reason === 'ServiceNotFound' || reason === 'ServicePortNotFound') {
      if (reported.has(detail.message)) return
      reported.add(detail.message)
    }
    report(severity, reason, detail)
  }
}
