/** What every exchange of one wire data plane shares. */

import type { Deadlines, UpstreamPool } from '@ingresskit/http-wire'
import type { DataPlaneOptions, ProxyLimits } from './data-plane.ts'
import type { ReadHeadOptions } from './read-head.ts'
import type { RequestRecord } from './request-record.ts'
import type { Route } from './route-decision.ts'
import type { WireConnections } from './wire-connections.ts'

export interface WireServices {
  readonly route: Route
  readonly readHead: ReadHeadOptions
  readonly pool: UpstreamPool
  readonly deadlines: Deadlines
  readonly lookup: NonNullable<DataPlaneOptions['lookup']>
  readonly limits: ProxyLimits
  readonly isDraining: () => boolean
  readonly onRequest: (record: RequestRecord) => void
  readonly connections: WireConnections
  /** The present value of a Date field. */
  readonly date: () => string
  /** The `Connection` and `Keep-Alive` lines of an answer after which the connection is kept. */
  readonly keepAliveLines: string
}
