import { describe, expect, it } from 'vitest'
import { defaultBalancing } from './default-balancing.ts'
import { servicePolicy } from './service-policy.ts'

const service = (annotations: Readonly<Record<string, string>>) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { namespace: 'shop', name: 'web', annotations },
})

describe('the policy of a Service that no Ingress leads to', () => {
  it('is what its own annotations say', () => {
    const { balancing, problems } = servicePolicy(service({ 'ingresskit.dev/load-balance': 'p2c' }))
    expect(balancing.strategy).toBe('p2c')
    expect(balancing.decidedBy).toEqual({ 'load-balance': 'Service shop/web ingresskit.dev/load-balance' })
    expect(problems).toEqual([])
    expect(servicePolicy(service({})).balancing.key).toBe(defaultBalancing.key)
  })

  it('refuses the Service when a limit cannot be read, and names the problem', () => {
    const { refused, problems } = servicePolicy(service({ 'ingresskit.dev/circuit-breaker': 'requests=many' }))
    expect(refused).toContain('Service shop/web ingresskit.dev/circuit-breaker')
    expect(problems).toMatchObject([{ kind: 'Service', name: 'web', reason: 'AnnotationInvalid' }])
  })
})
