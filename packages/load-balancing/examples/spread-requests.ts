// Spreads requests over three pods, and goes on while one of them is replaced.
import { createBalancer } from '@ingresskit/load-balancing'

let balancer = createBalancer('least-conn', [{ key: '10.0.0.1:80' }, { key: '10.0.0.2:80' }, { key: '10.0.0.3:80' }])

const served: string[] = []
const serveOne = (): void => {
  const result = balancer.pick({})
  if (result.kind === 'none') return
  balancer.started(result.endpoint)
  served.push(result.endpoint.key)
}

serveOne()
serveOne()
balancer = balancer.withEndpoints([{ key: '10.0.0.1:80' }, { key: '10.0.0.2:80' }, { key: '10.0.0.4:80' }])
serveOne()
balancer.finished({ key: '10.0.0.1:80' }, { outcome: 'success', latencyMs: 12 })
serveOne()

console.log(served.join(' '))
// prints: 10.0.0.1:80 10.0.0.2:80 10.0.0.4:80 10.0.0.1:80
