import { get } from 'node:http'
import type { HealthCheckSettings } from '@ingresskit/load-balancing'

/** Asks one endpoint how it is. */

export type ProbeResult = 'passed' | 'failed'

/** Where a probe goes: an address, never a name. */
export interface ProbedEndpoint {
  readonly address: string
  readonly port: number
}

/**
 * One GET on a connection of its own. Passed: a status of the ranges came within the time. No redirect is followed, and nothing
 * of the body is read. Never rejects.
 */
export async function probeEndpoint(endpoint: ProbedEndpoint, settings: HealthCheckSettings): Promise<ProbeResult> {
  const { promise, resolve } = Promise.withResolvers<ProbeResult>()
  const request = get(
    {
      host: endpoint.address,
      port: settings.port ?? endpoint.port,
      path: settings.path,
      agent: false,
      maxHeaderSize: 16_384,
      signal: AbortSignal.timeout(settings.timeoutMs),
      headers: {
        'User-Agent': 'ingresskit-health-check',
        Connection: 'close',
        ...(settings.host === undefined ? {} : { Host: settings.host }),
      },
    },
    response => {
      const status = response.statusCode ?? 0
      resolve(settings.statuses.some(({ from, to }) => status >= from && status <= to) ? 'passed' : 'failed')
      request.destroy()
    },
  )
  // Without a listener a 101 would neither be an answer nor an error.
  request.on('upgrade', (_response, socket) => {
    socket.destroy()
    resolve('failed')
  })
  request.on('error', () => resolve('failed'))
  request.on('close', () => resolve('failed'))
  return promise
}
