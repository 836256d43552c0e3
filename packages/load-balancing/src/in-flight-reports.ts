/** The reporting half of a balancer, for strategies that learn nothing else from reports. */

import type { Balancer, Endpoint } from './balancer.ts'
import type { InFlight } from './in-flight.ts'

/** `started`, `finished` and `inFlight` of a balancer that only counts. */
export const inFlightReports = (
  inFlight: InFlight,
): Pick<Balancer<Endpoint>, 'started' | 'connected' | 'finished' | 'inFlight'> => ({
  started: endpoint => inFlight.started(endpoint.key),
  connected: () => {},
  finished: endpoint => inFlight.finished(endpoint.key),
  inFlight: key => inFlight.count(key),
})
