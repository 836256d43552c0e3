/** A request as `explain` is asked about it. */
export interface ExplainRequest {
  readonly method: string
  /** Absolute: scheme, host, path and query. */
  readonly url: string
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>
}

/** Why a request goes where it goes. */
export interface Explanation {
  readonly request: {
    readonly method: string
    readonly url: string
    readonly host: string | null
    readonly path: string | null
  }
  /** Whether a backend would get the request. */
  readonly routed: boolean
  /** One line for people. */
  readonly summary: string
  /** The status that the proxy itself would answer with; `null` when a backend answers. */
  readonly status: number | null
  readonly rule: ExplainedRule | null
  /** What beside host and path made the rule serve the request; `null` for a plain rule. */
  readonly condition: string | null
  /** Who else may get the request by chance: canaries of the path, and Services that it is split between; empty for none. */
  readonly shares: readonly ExplainedShare[]
  readonly service: ExplainedService | null
  /** The endpoint of exactly this request where a hash alone decides it; `null` when turn or load decide. */
  readonly endpoint: string | null
  readonly endpoints: readonly ExplainedEndpoint[]
  /** Every other rule that is for this host, and why it lost; Ingresses of other classes that name the host, too. */
  readonly candidates: readonly ExplainedCandidate[]
}

export interface ExplainedRule {
  /** `namespace/name`, or the option that made the rule. */
  readonly ingress: string
  readonly field: string
  readonly host: string | null
  readonly path: string | null
  readonly pathType: string | null
}

/** A part of the requests that are like this one. */
export interface ExplainedShare {
  /** `namespace/name` of the Ingress. */
  readonly ingress: string
  /** `namespace/name:port`; `null` when the backend is unavailable. */
  readonly service: string | null
  /** 0 to 100. */
  readonly percent: number
}

export interface ExplainedService {
  readonly namespace: string
  readonly name: string
  readonly port: number
  readonly strategy: string
  /** `default`, or the object and annotation that chose the strategy. */
  readonly decidedBy: string
  /** Every setting that is not a default: where it was made, by its name. */
  readonly settings: Readonly<Record<string, string>>
}

export interface ExplainedEndpoint {
  readonly address: string
  readonly pod: string | null
  readonly usable: boolean
  readonly ready: boolean
  readonly serving: boolean
  readonly terminating: boolean
  readonly inFlight: number
  /** Takes no new requests for now, because of health checks or of its answers, as this thread sees it. */
  readonly unhealthy: boolean
}

export interface ExplainedCandidate extends ExplainedRule {
  /** Stable kebab-case word. */
  readonly verdict: string
  readonly message: string
}
