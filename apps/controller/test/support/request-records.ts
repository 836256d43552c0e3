/** Records of finished requests, one or many. */

import type { RequestRecord } from '@ingresskit/proxy'

/** A GET that endpoint 10.0.0.7:8080 of shop/web answered 200. */
export const servedRequest: RequestRecord = {
  requestId: 'id-1',
  clientAddress: '192.0.2.1',
  method: 'GET',
  scheme: 'http',
  host: 'a.example',
  path: '/x',
  status: 200,
  labels: { namespace: 'shop', ingress: 'web', service: 'web', host: 'a.example', path: '/' },
  attempts: [{ endpoint: '10.0.0.7:8080', outcome: 'answered' }],
  durationMs: 3,
  requestBytes: 10,
  responseBytes: 100,
  upgraded: false,
}

/** Requests that differ in everything metrics are made of; the same for the same seed. */
export function variedRequests(count: number, seed: number): readonly RequestRecord[] {
  let state = seed
  const pick = <T>(choices: readonly [T, ...T[]]): T => {
    // Park and Miller, "Random number generators: good ones are hard to find", CACM 1988.
    state = (state * 48_271) % 2_147_483_647
    return choices[state % choices.length] ?? choices[0]
  }
  return Array.from({ length: count }, () => {
    const reason = pick([undefined, 'no-rule', 'no-endpoints'])
    const ingress = pick(['a', 'b', 'c', undefined])
    const { labels: _, ...request } = servedRequest
    return {
      ...request,
      method: pick(['GET', 'POST', 'BREW']),
      status: pick([0, 200, 404, 503]),
      // Halves of milliseconds.
      durationMs: pick([0, 0.5, 1, 2.5, 3, 80, 700, 59_999.5, 100_000]),
      requestBytes: pick([0, 1, 1_000_000]),
      responseBytes: pick([0, 100, 5_000_000_000]),
      attempts: Array.from({ length: pick([0, 1, 2, 3]) }, () => ({ endpoint: '10.0.0.7:80', outcome: 'reset' })),
      ...(reason === undefined ? {} : { reason }),
      ...(ingress === undefined
        ? {}
        : { labels: { namespace: 'shop', ingress, service: String.raw`"\ `, host: '', path: '/' } }),
    } satisfies RequestRecord
  })
}
