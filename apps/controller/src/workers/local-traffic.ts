import { localInFlight } from '@ingresskit/load-balancing'
import type { DataPlane } from '@ingresskit/proxy'
import type { TlsStore } from '@ingresskit/tls-store'
import { EndpointKeys } from '../balancing/endpoint-keys.ts'
import { machineEnvironment } from '../balancing/environment.ts'
import { upstreamStates } from '../balancing/upstream-state.ts'
import type { ServeOptions } from '../options/option-table.ts'
import type { Snapshot } from '../snapshot/snapshot.ts'
import { dataPlaneOf, listenOn } from './data-plane-of.ts'
import type { RequestRecorder } from './request-recorder.ts'
import type { Traffic } from './traffic.ts'

export interface LocalTrafficOptions {
  readonly options: ServeOptions
  readonly tlsStore: TlsStore
  readonly recorder: RequestRecorder
  /** The snapshot of this moment; only asked once there is one. */
  readonly snapshot: () => Snapshot
}

/** Traffic in this thread: nothing is copied, and a snapshot is live when it is published. */
export function localTraffic({ options, tlsStore, recorder, snapshot }: LocalTrafficOptions): Traffic {
  const endpointKeys = new EndpointKeys()
  let dataPlane: DataPlane | undefined
  return {
    countsOf: () => localInFlight(),
    async open() {
      dataPlane = dataPlaneOf({
        options,
        ports: { http: options['http-port'], https: options['https-port'] },
        sharing: 'exclusive',
        tlsStore,
        snapshot,
        onRequest: record => recorder.record(record),
      })
      return listenOn(dataPlane)
    },
    publish(next) {
      endpointKeys.update(next.snapshot.upstreams)
      dataPlane?.retainEndpoints(endpointKeys)
    },
    upstreamStates: async () => [upstreamStates(snapshot().upstreams, machineEnvironment)],
    reportHealth: () => {},
    load: async () => dataPlane?.load() ?? { connections: 0, requests: 0 },
    otherTallies: async () => [],
    async drain(times) {
      const result = (await dataPlane?.drain(times)) ?? { cut: 0 }
      await recorder.close()
      return result
    },
    async close() {
      await dataPlane?.drain({ delayMs: 0, timeoutMs: 0 })
      await recorder.close()
    },
  }
}
