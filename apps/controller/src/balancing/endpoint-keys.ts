import type { ServiceUpstream } from './service-upstream.ts'

type Endpoints = ServiceUpstream['balancer']['endpoints']

/** Which endpoints requests are sent to, kept up to date at the cost of what changed. */
export class EndpointKeys {
  /** In how many lists a key is. */
  readonly #uses = new Map<string, number>()
  #upstreams: ReadonlyMap<string, ServiceUpstream> = new Map()

  /** Takes over the upstreams of the next snapshot. O(upstreams), and O(endpoints) of those whose endpoints changed. */
  update(upstreams: ReadonlyMap<string, ServiceUpstream>): void {
    const before = this.#upstreams
    if (before === upstreams) return
    this.#upstreams = upstreams
    for (const [name, { balancer }] of upstreams) {
      const old = before.get(name)?.balancer.endpoints
      if (old === balancer.endpoints) continue
      this.#add(balancer.endpoints)
      if (old !== undefined) this.#remove(old)
    }
    for (const [name, { balancer }] of before) if (!upstreams.has(name)) this.#remove(balancer.endpoints)
  }

  /** Whether a request may be sent to the endpoint with this key. */
  has(key: string): boolean {
    return this.#uses.has(key)
  }

  #add(endpoints: Endpoints): void {
    for (const { key } of endpoints) this.#uses.set(key, (this.#uses.get(key) ?? 0) + 1)
  }

  #remove(endpoints: Endpoints): void {
    for (const { key } of endpoints) {
      const uses = (this.#uses.get(key) ?? 0) - 1
      if (uses > 0) this.#uses.set(key, uses)
      else this.#uses.delete(key)
    }
  }
}
