import type { RouteTarget, Translation } from '@ingresskit/ingress-translator'
import { mapDifference } from '@ingresskit/rule-matcher'
import { type BalancedBackend, backendsOf, upstreamKey } from './service-upstream.ts'

/** By `upstreamKey`. */
export type Needs = ReadonlyMap<string, BalancedBackend>

/** What requests may be sent to, each once, kept up to date at the cost of what changed. */
export class NeededBackends {
  readonly #users = new Map<string, number>()
  /** Of each Ingress, by its key. Not weakly by the Ingress: that would make every garbage collection longer. */
  readonly #needsOf = new Map<string, Needs>()
  #ingresses: Translation['ingresses'] = new Map()
  #fallback: RouteTarget | undefined
  #needed: Needs = new Map()

  /**
   * All backends of these Ingresses and of the target of last resort, by `upstreamKey`; the same map while nothing is added or goes.
   * O(backends) when an Ingress changed.
   */
  of({ ingresses }: Translation, fallback: RouteTarget | undefined): Needs {
    const before = this.#ingresses
    if (before === ingresses && sameTarget(this.#fallback, fallback)) return this.#needed
    const added = new Map<string, BalancedBackend>()
    const removed = new Set<string>()
    const difference = mapDifference(before, ingresses)
    for (const [key, ingress] of difference.changed) {
      const old = this.#needsOf.get(key)
      const needs = needsOf([...ingress.rules, ...ingress.defaults].map(({ value }) => value))
      this.#needsOf.set(key, needs)
      this.#add(needs, added)
      if (old !== undefined) this.#remove(old, removed)
    }
    for (const key of difference.removed) {
      this.#remove(this.#needsOf.get(key) ?? new Map(), removed)
      this.#needsOf.delete(key)
    }
    if (fallback !== undefined) this.#add(needsOf([fallback]), added)
    if (this.#fallback !== undefined) this.#remove(needsOf([this.#fallback]), removed)
    this.#ingresses = ingresses
    this.#fallback = fallback
    this.#needed = this.#changed(added, removed)
    return this.#needed
  }

  #changed(added: ReadonlyMap<string, BalancedBackend>, removed: ReadonlySet<string>): Needs {
    const needed = new Map(this.#needed)
    for (const key of removed) if (!this.#users.has(key)) needed.delete(key)
    for (const [key, backend] of added) if (this.#users.has(key) && !needed.has(key)) needed.set(key, backend)
    const isSame =
      needed.size === this.#needed.size && [...added.keys()].every(key => this.#needed.has(key) || !needed.has(key))
    return isSame ? this.#needed : needed
  }

  #add(needs: Needs, added: Map<string, BalancedBackend>): void {
    for (const [key, backend] of needs) {
      this.#users.set(key, (this.#users.get(key) ?? 0) + 1)
      added.set(key, backend)
    }
  }

  #remove(needs: Needs, removed: Set<string>): void {
    for (const key of needs.keys()) {
      const users = (this.#users.get(key) ?? 0) - 1
      if (users > 0) this.#users.set(key, users)
      else this.#users.delete(key)
      removed.add(key)
    }
  }
}

function needsOf(targets: readonly RouteTarget[]): Needs {
  const needs = new Map<string, BalancedBackend>()
  for (const target of targets) {
    for (const backend of backendsOf(target)) {
      const key = upstreamKey(backend)
      if (key !== undefined && !needs.has(key)) needs.set(key, backend)
    }
  }
  return needs
}

function sameTarget(a: RouteTarget | undefined, b: RouteTarget | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && JSON.stringify(a) === JSON.stringify(b))
}
