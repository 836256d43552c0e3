import type { HostInput, RuleConflict } from '@ingresskit/rule-matcher'
import type { CompiledIngress } from './compiled-ingress.ts'
import { hostParts } from './host-part.ts'
import type { Problem } from './problem.ts'
import type { RouteTarget } from './route-target.ts'
import { type SettledHost, settleHost, type Spoken } from './settle-host.ts'

/** What changed with some Ingresses, as far as more than one of them has a say in it. */
export interface IndexChange {
  /** Hosts that were settled again. */
  readonly hosts: readonly HostInput<RouteTarget>[]
  /** Whether conflicts about places, problems of canaries or languages of hosts may be others now. */
  readonly notes: 'changed' | 'same'
}

/**
 * Who says something about a host and who uses a Service, so that a change costs what it touches.
 *
 * Mutable: it goes on from one translation to the next.
 */
export class TranslationIndex {
  readonly #speakers = new Map<string | undefined, Map<string, Spoken>>()
  readonly #users = new Map<string, Set<string>>()
  /** Only hosts of which something is to be remembered. */
  readonly #noted = new Map<string | undefined, SettledHost>()
  /** Hosts whose Ingresses changed since `settle`. */
  readonly #touched = new Set<string | undefined>()

  /** Keys of the Ingresses that use a Service. */
  usersOf(service: string): Iterable<string> {
    return this.#users.get(service) ?? []
  }

  /** Takes an Ingress over, in place of the one of the same key. */
  replace(key: string, before: CompiledIngress | undefined, after: CompiledIngress | undefined): void {
    const come = after === undefined ? undefined : hostParts(after)
    const gone = before === undefined ? undefined : hostParts(before)
    for (const host of gone?.keys() ?? []) if (come?.has(host) !== true) this.#silence(host, key)
    if (after !== undefined) for (const [host, part] of come ?? []) this.#speak(host, key, { ingress: after, ...part })
    for (const service of before?.services.keys() ?? []) {
      if (after?.services.has(service) === true) continue
      const users = this.#users.get(service)
      users?.delete(key)
      if (users?.size === 0) this.#users.delete(service)
    }
    for (const service of after?.services.keys() ?? []) {
      const users = this.#users.get(service) ?? new Set()
      this.#users.set(service, users.add(key))
    }
  }

  /** Settles the hosts that were touched. */
  settle(): IndexChange {
    let notes: IndexChange['notes'] = 'same'
    const hosts: HostInput<RouteTarget>[] = []
    for (const host of this.#touched) {
      const before = this.#noted.get(host)
      const settled = settleHost(host, [...(this.#speakers.get(host)?.values() ?? [])])
      hosts.push(settled.input)
      const isNoted = settled.conflicts.length + settled.problems.length > 0 || settled.languages !== undefined
      if (isNoted) this.#noted.set(host, settled)
      else this.#noted.delete(host)
      if (isNoted || before !== undefined) notes = 'changed'
    }
    this.#touched.clear()
    return { hosts, notes }
  }

  /** Conflicts about places, over all hosts. */
  conflicts(): readonly RuleConflict<RouteTarget>[] {
    return [...this.#noted.values()].flatMap(({ conflicts }) => conflicts)
  }

  /** What is wrong with canaries, over all hosts. */
  problems(): readonly Problem[] {
    return [...this.#noted.values()].flatMap(({ problems }) => problems)
  }

  /** The languages of the hosts that have some. */
  languages(): ReadonlyMap<string | undefined, readonly string[]> {
    const languages = new Map<string | undefined, readonly string[]>()
    for (const [host, settled] of this.#noted)
      if (settled.languages !== undefined) languages.set(host, settled.languages)
    return languages
  }

  #speak(host: string | undefined, key: string, spoken: Spoken): void {
    const speakers = this.#speakers.get(host) ?? new Map<string, Spoken>()
    this.#speakers.set(host, speakers.set(key, spoken))
    this.#touched.add(host)
  }

  #silence(host: string | undefined, key: string): void {
    const speakers = this.#speakers.get(host)
    speakers?.delete(key)
    if (speakers?.size === 0) this.#speakers.delete(host)
    this.#touched.add(host)
  }
}
