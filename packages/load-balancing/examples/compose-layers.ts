// A policy as layers around a strategy: ejection of endpoints that fail, and a limit on requests. Time is a variable here.
import { avoidUnhealthy, circuitBreaker, localInFlight, outlierDetector, p2c } from '@ingresskit/load-balancing'

let nowMs = 0
const endpoints = [{ key: '10.0.0.1:80' }, { key: '10.0.0.2:80' }, { key: '10.0.0.3:80' }]
const detector = outlierDetector({ settings: { consecutive5xx: 3, baseEjectionMs: 30_000 }, now: () => nowMs })
const balancer = circuitBreaker(avoidUnhealthy(p2c(endpoints), { sources: [], detector }), {
  limits: { connections: 100, pending: 100, requests: 2 },
  counts: localInFlight(),
})

const served = new Set<string>()
const serve = (status: number | undefined): string => {
  const result = balancer.pick({})
  if (result.kind === 'none') return result.reason
  served.add(result.endpoint.key)
  balancer.started(result.endpoint)
  balancer.connected(result.endpoint)
  if (status !== undefined) balancer.finished(result.endpoint, { outcome: 'success', status, wasConnected: true })
  return result.endpoint.key
}

for (let failures = 0; failures < 3; failures += 1) {
  balancer.started({ key: '10.0.0.2:80' })
  balancer.finished({ key: '10.0.0.2:80' }, { outcome: 'failure' })
}
for (let requests = 0; requests < 50; requests += 1) serve(200)
console.log([...served].sort().join(' '))

nowMs += 30_000
for (let requests = 0; requests < 50; requests += 1) serve(200)
console.log([...served].sort().join(' '))

serve(undefined)
serve(undefined)
console.log(serve(200))
// prints:
// 10.0.0.1:80 10.0.0.3:80
// 10.0.0.1:80 10.0.0.2:80 10.0.0.3:80
// too-many-requests
