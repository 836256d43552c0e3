/** What every exchange of one data plane shares. */

import type { DataPlaneOptions, ProxyLimits } from './data-plane.ts'
import type { HttpProxy3Engine } from './http-proxy-3-engine.ts'
import type { ReadHeadOptions } from './read-head.ts'
import type { RequestRecord } from './request-record.ts'
import type { Route } from './route-decision.ts'
import type { UpstreamPools } from './upstream-pools.ts'

export interface ExchangeServices {
  readonly route: Route
  readonly readHead: ReadHeadOptions
  readonly engine: HttpProxy3Engine
  readonly pools: UpstreamPools
  readonly lookup: NonNullable<DataPlaneOptions['lookup']>
  readonly limits: ProxyLimits
  readonly isDraining: () => boolean
  readonly onRequest: (record: RequestRecord) => void
}
