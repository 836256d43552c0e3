import { isIP } from 'node:net'
import { healthCheckDefaults, type HealthCheckState, healthCheckState } from '@ingresskit/load-balancing'
import type { ServiceUpstream } from '../balancing/service-upstream.ts'
import type { ProbedEndpoint, probeEndpoint } from './probe-endpoint.ts'

/** What probes are made with. */
export interface HealthProberOptions {
  readonly probe: typeof probeEndpoint
  /** From 0 to below 1: probes do not all begin at the same moment. */
  readonly random: () => number
  /** The unhealthy endpoints of an upstream changed; these are all of them. */
  onChange(upstream: string, unhealthy: readonly string[]): void
}

/** Probes under way at the same time, over all upstreams; what is due beyond waits for the next end of one. */
const maxProbes = 256
/** Intervals vary by a tenth either way, so that the probes of several replicas drift apart. */
const jitter = 0.1

interface Checked {
  readonly state: HealthCheckState
  upstream: ServiceUpstream
  reported: ReadonlySet<string>
  readonly endpoints: Map<string, CheckedEndpoint>
}

interface CheckedEndpoint extends ProbedEndpoint {
  timer: NodeJS.Timeout | undefined
}

/** Probes the endpoints of every upstream that asks for health checks, for all threads of the process. */
export class HealthProber {
  readonly #options: HealthProberOptions
  readonly #checked = new Map<string, Checked>()
  readonly #waiting: (() => void)[] = []
  #running = 0

  constructor(options: HealthProberOptions) {
    this.#options = options
  }

  /** Follows these upstreams and their endpoints from now on. O(upstreams), and O(endpoints) of those with health checks. */
  update(upstreams: ReadonlyMap<string, ServiceUpstream>): void {
    for (const [key, checked] of this.#checked) {
      if (upstreams.get(key)?.policy.healthCheck !== undefined) continue
      this.#checked.delete(key)
      for (const { timer } of checked.endpoints.values()) clearTimeout(timer)
    }
    for (const upstream of upstreams.values()) {
      const settings = upstream.policy.healthCheck
      if (settings === undefined) continue
      const checked = this.#checked.get(upstream.key) ?? {
        state: healthCheckState(settings),
        upstream,
        reported: new Set<string>(),
        endpoints: new Map<string, CheckedEndpoint>(),
      }
      this.#checked.set(upstream.key, checked)
      checked.upstream = upstream
      this.#follow(checked)
    }
  }

  /** Ends all probing; what is under way is not listened to any more. */
  close(): void {
    this.update(new Map())
    this.#waiting.length = 0
  }

  #follow(checked: Checked): void {
    const { state, upstream, endpoints } = checked
    // A name would have to be resolved and its addresses checked, which the data plane does; such endpoints count as healthy.
    const current = new Map(
      upstream.balancer.endpoints.filter(({ address }) => isIP(address) !== 0).map(one => [one.key, one]),
    )
    for (const [key, { timer }] of endpoints) {
      if (current.has(key)) continue
      clearTimeout(timer)
      endpoints.delete(key)
    }
    state.members([...current.keys()])
    for (const [key, { address, port }] of current) {
      if (endpoints.has(key)) continue
      const endpoint: CheckedEndpoint = { address, port, timer: undefined }
      endpoints.set(key, endpoint)
      // Spread over the first interval.
      this.#schedule(checked, key, intervalOf(checked) * this.#options.random())
    }
    this.#report(checked)
  }

  #schedule(checked: Checked, key: string, delayMs: number): void {
    const endpoint = checked.endpoints.get(key)
    if (endpoint === undefined) return
    endpoint.timer = setTimeout(() => this.#start(checked, key, endpoint), delayMs)
    endpoint.timer.unref()
  }

  #start(checked: Checked, key: string, endpoint: CheckedEndpoint): void {
    if (this.#running >= maxProbes) {
      this.#waiting.push(() => this.#start(checked, key, endpoint))
      return
    }
    const settings = checked.upstream.policy.healthCheck
    if (settings === undefined || checked.endpoints.get(key) !== endpoint) return this.#startNext()
    this.#running += 1
    const startedAt = performance.now()
    void this.#options.probe(endpoint, settings).then(result => {
      this.#running -= 1
      // It may have left, or have come back as another, while it was asked.
      if (checked.endpoints.get(key) === endpoint) {
        checked.state.report(key, result)
        this.#report(checked)
        const intervalMs = intervalOf(checked) * (1 + jitter * (2 * this.#options.random() - 1))
        this.#schedule(checked, key, Math.max(0, intervalMs - (performance.now() - startedAt)))
      }
      this.#startNext()
    })
  }

  #startNext(): void {
    this.#waiting.shift()?.()
  }

  #report(checked: Checked): void {
    const unhealthy = checked.state.unhealthy()
    if (unhealthy === checked.reported || (unhealthy.size === 0 && checked.reported.size === 0)) return
    checked.reported = unhealthy
    this.#options.onChange(checked.upstream.key, [...unhealthy])
  }
}

function intervalOf({ upstream }: Checked): number {
  return (upstream.policy.healthCheck ?? healthCheckDefaults).intervalMs
}
