import { type DefaultRule, type Precedence, parseRuleHost, type Rule } from '@ingresskit/rule-matcher'
import type { CompiledIngress } from './compiled-ingress.ts'
import { type IngressSettings, readIngressSettings } from './ingress-settings.ts'
import type { KubernetesObject } from './kubernetes-object.ts'
import { pathBackendResolver, type ResolvePathBackend } from './path-backend.ts'
import type { ReportProblem } from './problem.ts'
import { ProblemLog } from './problem-log.ts'
import type { RouteTarget } from './route-target.ts'
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
  readonly #services = new Map<string, KubernetesObject | undefined>()
  readonly #log = new ProblemLog()
  readonly #report: ReportProblem
  readonly #rules: Rule<RouteTarget>[] = []
  readonly #hosts = new Set<string | undefined>()
  readonly #settings: IngressSettings
  readonly #resolve: ResolvePathBackend

  constructor(source: KubernetesObject, context: CompileContext) {
    this.#source = source
    this.#namespace = source.metadata.namespace ?? 'default'
    this.#precedence = precedenceOf(source, context.file)
    this.#report = (...problem) => this.#log.report(source, ...problem)
    this.#settings = readIngressSettings(source, this.#log)
    this.#resolve = pathBackendResolver({
      ingress: source,
      settings: this.#settings,
      service: key => this.#lookUp(key, context),
      log: this.#log,
    })
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
    const { selection, effect } = this.#settings
    const isLeftOut = effect.kind === 'left-out' || selection.kind === 'none'
    return {
      source: this.#source,
      ingress: { namespace: this.#namespace, name: this.#source.metadata.name },
      precedence: this.#precedence,
      rules: isLeftOut ? [] : this.#rules,
      defaults: isLeftOut ? [] : defaults,
      tls,
      problems: this.#log.problems,
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
    const { selection } = this.#settings
    const { path: text, pathType } = path
    const value = this.#target(entry['backend'], `${field}.backend`, { field, host: host ?? '', path: text })
    const alternative = selection.kind === 'some' ? { alternative: selection.alternative } : {}
    this.#rules.push({ host, path: text, pathType, precedence: this.#precedence, ...alternative, value })
  }

  #compileDefault(spec: UnknownRecord | undefined, ruleCount: number): readonly DefaultRule<RouteTarget>[] {
    if (spec?.['defaultBackend'] === undefined) return []
    const field = 'spec.defaultBackend'
    if (this.#settings.selection.kind === 'some') {
      this.#report('warning', 'SpecInvalid', {
        field,
        message:
          'a default backend takes what nothing else does, so it is left out of a canary or an Ingress with match-*; name a path in the rules',
      })
      return []
    }
    const hosts = ruleCount === 0 ? [undefined] : [...this.#hosts]
    return hosts.map(host => ({
      host,
      precedence: this.#precedence,
      value: this.#target(spec['defaultBackend'], field, { field, host: host ?? '', path: '' }),
    }))
  }

  #target(backend: unknown, field: string, place: Pick<RouteTarget, 'field' | 'host' | 'path'>): RouteTarget {
    const { selection } = this.#settings
    const { content, canary } = selection.kind === 'some' ? selection : {}
    return {
      ingress: { namespace: this.#namespace, name: this.#source.metadata.name },
      ...place,
      ...this.#resolve(backend, field),
      ...(content === undefined ? {} : { content }),
      ...(canary === undefined ? {} : { canary }),
    }
  }

  #lookUp(key: string, context: CompileContext): KubernetesObject | undefined {
    const object = context.service(key)
    this.#services.set(key, object)
    return object
  }
}

function precedenceOf(source: KubernetesObject, file: string | undefined): Precedence {
  const { name, namespace } = source.metadata
  const creationTimestamp = asText(source.metadata.creationTimestamp)
  // oxlint-disable-next-line no-restricted-globals -- reads the text of a timestamp, not the clock
  const createdAtMs = creationTimestamp === undefined ? Number.NaN : Date.parse(creationTimestamp)
  return {
    ...(Number.isNaN(createdAtMs) ? {} : { createdAtMs }),
    ...(file === undefined ? {} : { origin: file }),
    object: `${namespace ?? 'default'}/${name}`,
  }
}
