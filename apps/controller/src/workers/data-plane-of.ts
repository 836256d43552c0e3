import {
  type DataPlane,
  type DataPlaneOptions,
  httpProxy3DataPlane,
  type RequestRecord,
  wireDataPlane,
} from '@ingresskit/proxy'
import { canonicalPath } from '@ingresskit/rule-matcher'
import { type TlsStore, tlsServerOptions } from '@ingresskit/tls-store'
import type { ServeOptions } from '../options/option-table.ts'
import { decide } from '../snapshot/decide.ts'
import type { Snapshot } from '../snapshot/snapshot.ts'
import type { TrafficPorts } from './traffic.ts'

/** What a thread that carries traffic does so with. */
export interface ThreadTraffic {
  readonly options: ServeOptions
  /** 0 = any free port. */
  readonly ports: TrafficPorts
  /** `reuse-port` when other threads listen on the same ports. */
  readonly sharing: 'exclusive' | 'reuse-port'
  readonly tlsStore: TlsStore
  /** Read once by each request. */
  readonly snapshot: () => Snapshot
  readonly onRequest: (record: RequestRecord) => void
}

/** The data plane that the options name, with the two listeners of `serve`; nothing is open yet. */
export function dataPlaneOf({ options, ports, sharing, tlsStore, snapshot, onRequest }: ThreadTraffic): DataPlane {
  const listener = { host: options.bind, sharing } as const
  return dataPlanes[options['data-plane']]({
    listeners: [
      { name: 'http', port: ports.http, ...listener },
      { name: 'https', port: ports.https, tls: tlsStore, tlsServerOptions, ...listener },
    ],
    route: head => decide(snapshot(), head, chance),
    canonicalPath,
    trustedProxies: options['trusted-proxies'],
    onRequest,
  })
}

const chance = { random: Math.random, now: Date.now }

const dataPlanes: Readonly<Record<ServeOptions['data-plane'], (options: DataPlaneOptions) => DataPlane>> = {
  wire: wireDataPlane,
  'http-proxy-3': httpProxy3DataPlane,
}

/** Opens its listeners and answers their ports. Rejects as `DataPlane.listen`. */
export async function listenOn(dataPlane: DataPlane): Promise<TrafficPorts> {
  const bound = await dataPlane.listen()
  const portOf = (name: string): number => bound.find(listener => listener.name === name)?.port ?? 0
  return { http: portOf('http'), https: portOf('https') }
}
