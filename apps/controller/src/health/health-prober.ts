import { isIP } from 'node:net'
import { type HealthCheckSettings, type HealthCheckState, healthCheckState } from '@ingresskit/load-balancing'
import type { ServiceUpstream } from '../balancing/service-upstream.ts'
import type { ProbedEndpoint, probeEndpoint } from './probe-endpoint.ts'
import { ProbeSlots } from './probe-slots.ts'

/** What probes are made with. */
export interface HealthProberOptions {
  readonly probe: typeof probeEndpoint
  /** From 0 to below 1: probes do not all begin at the same moment. */
  readonly random: () => number
  /** The unhealthy endpoints of a health check changed; these are all of them. */
  onChange(change: HealthChange): void
}

/** What a health check found. */
export interface HealthChange {
  /** `ServiceUpstream.healthKey`. */
  readonly healthKey: string
  readonly servicePort: string
  readonly unhealthy: readonly string[]
}

/** Intervals vary by a tenth either way, so that the probes of several replicas drift apart. */
const jitter = 0.1

/** One check of one Service port, for every upstream that asks for it. */
interface Check {
  readonly key: string
  readonly servicePort: string
  readonly settings: HealthCheckSettings
  readonly state: HealthCheckState
  readonly endpoints: Map<string, CheckedEndpoint>
  reported: ReadonlySet<string>
}

interface CheckedEndpoint extends ProbedEndpoint {
  timer: NodeJS.Timeout | undefined
}

/** Probes the endpoints of every upstream that asks for health checks, once for all threads and policies that ask for the same. */
export class HealthProber {
  readonly #options: HealthProberOptions
  readonly #checks = new Map<string, Check>()
  readonly #slots = new ProbeSlots()
  #isClosed = false

  constructor(options: HealthProberOptions) {
    this.#options = options
  }

  /** Follows these upstreams and their endpoints from now on. O(upstreams), and O(endpoints) of those with health checks. */
  update(upstreams: ReadonlyMap<string, ServiceUpstream>): void {
    if (this.#isClosed) return
    const wanted = Map.groupBy(upstreams.values(), ({ healthKey }) => healthKey)
    for (const check of this.#checks.values()) if (!wanted.has(check.key)) this.#end(check)
    for (const [key, asking] of wanted) {
      const [{ servicePort, policy } = {}] = asking
      if (key === undefined || servicePort === undefined || policy?.healthCheck === undefined) continue
      const settings = policy.healthCheck
      const check = this.#checks.get(key) ?? {
        key,
        servicePort,
        settings,
        state: healthCheckState(settings),
        endpoints: new Map<string, CheckedEndpoint>(),
        reported: new Set<string>(),
      }
      this.#checks.set(key, check)
      this.#follow(check, asking)
    }
  }

  /** Ends all probing for good; what is under way is not listened to any more. */
  close(): void {
    this.#isClosed = true
    for (const check of this.#checks.values()) this.#end(check)
  }

  #end(check: Check): void {
    this.#checks.delete(check.key)
    this.#slots.drop(check.key)
    for (const { timer } of check.endpoints.values()) clearTimeout(timer)
    // A probe under way finds that its endpoint is gone.
    check.endpoints.clear()
  }

  #follow(check: Check, asking: readonly ServiceUpstream[]): void {
    const { state, endpoints } = check
    // A name would have to be resolved and its addresses checked, which the data plane does; such endpoints count as healthy.
    const current = new Map(
      asking
        .flatMap(({ balancer }) => balancer.endpoints)
        .filter(({ address }) => isIP(address) !== 0)
        .map(one => [one.key, one]),
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
      this.#schedule(check, endpoint, { key, delayMs: check.settings.intervalMs * this.#options.random() })
    }
    this.#report(check)
  }

  #schedule(check: Check, endpoint: CheckedEndpoint, { key, delayMs }: ScheduledProbe): void {
    endpoint.timer = setTimeout(() => {
      this.#slots.run(check.key, () => this.#probe(check, endpoint, key))
    }, delayMs)
    endpoint.timer.unref()
  }

  async #probe(check: Check, endpoint: CheckedEndpoint, key: string): Promise<void> {
    if (check.endpoints.get(key) !== endpoint) return
    const startedAt = performance.now()
    const result = await this.#options.probe(endpoint, check.settings)
    // It may have left, or have come back as another, while it was asked.
    if (check.endpoints.get(key) !== endpoint) return
    check.state.report(key, result)
    this.#report(check)
    const intervalMs = check.settings.intervalMs * (1 + jitter * (2 * this.#options.random() - 1))
    this.#schedule(check, endpoint, { key, delayMs: Math.max(0, intervalMs - (performance.now() - startedAt)) })
  }

  #report(check: Check): void {
    const unhealthy = check.state.unhealthy()
    if (unhealthy === check.reported || (unhealthy.size === 0 && check.reported.size === 0)) return
    check.reported = unhealthy
    this.#options.onChange({ healthKey: check.key, servicePort: check.servicePort, unhealthy: [...unhealthy] })
  }
}

interface ScheduledProbe {
  readonly key: string
  readonly delayMs: number
}
