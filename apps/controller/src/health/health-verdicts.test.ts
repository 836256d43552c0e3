import { healthCheckDefaults, roundRobin } from '@ingresskit/load-balancing'
import { defaultBalancing } from '@ingresskit/ingress-translator'
import { expect, it } from 'vitest'
import { ReportedHealth } from '../balancing/reported-health.ts'
import type { ServiceUpstream } from '../balancing/service-upstream.ts'
import { HealthVerdicts } from './health-verdicts.ts'

function upstream(): ServiceUpstream & { readonly checks: ReportedHealth } {
  return {
    key: 'ns/web:80|policy',
    servicePort: 'ns/web:80',
    service: { namespace: 'ns', name: 'web' },
    port: 80,
    policy: { ...defaultBalancing, healthCheck: healthCheckDefaults },
    balancer: roundRobin([]),
    healthKey: 'check',
    checks: new ReportedHealth(),
  }
}

it('keep what was said for a snapshot that comes later', () => {
  const verdicts = new HealthVerdicts()
  verdicts.set(['check', ['10.0.0.1:80']])
  verdicts.applyTo(new Map())
  const later = upstream()
  verdicts.applyTo(new Map([[later.key, later]]))
  expect([...later.checks.unhealthy()]).toEqual(['10.0.0.1:80'])
})

it('forget what no upstream of the newest snapshot asks for', () => {
  const verdicts = new HealthVerdicts()
  const asking = upstream()
  verdicts.set(['check', ['10.0.0.1:80']])
  verdicts.set(['another', ['10.0.0.1:80']])
  verdicts.retain(new Map([[asking.key, asking]]))
  expect(verdicts.entries()).toEqual([['check', ['10.0.0.1:80']]])
})
