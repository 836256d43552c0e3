import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ChartRenderer, chartRenderer, rendererMissing } from './chart-renderer.ts'
import { field, type ManifestObject, ofKind } from './manifest-object.ts'

const suite = `the network policies of the chart${rendererMissing ? ` (${rendererMissing})` : ''}`
describe.skipIf(rendererMissing !== undefined)(suite, () => {
  let renderer: ChartRenderer
  beforeAll(() => {
    renderer = chartRenderer()
  })
  afterAll(() => renderer.close())
  const policies = (values: object): readonly ManifestObject[] =>
    ofKind(renderer.render({ values }).objects, 'NetworkPolicy')
  const webhookPolicy = (values: object): ManifestObject | undefined =>
    policies(values).find(({ metadata }) => metadata.name === 'ingresskit-webhook')

  it('keep every pod from where clouds have credentials, but for DNS', () => {
    const all = policies({ webhook: { enabled: true } })
    expect(all).toHaveLength(2)
    for (const policy of all) {
      expect(field(policy, 'spec.egress.0')).toEqual({
        ports: [
          { port: 53, protocol: 'UDP' },
          { port: 53, protocol: 'TCP' },
        ],
      })
      const denied = [0, 1].flatMap(index => field(policy, `spec.egress.1.to.${index}.ipBlock.except`))
      expect(denied).toEqual(expect.arrayContaining(['169.254.0.0/16', 'fe80::/10', 'fd00:ec2::254/128']))
      expect(field(policy, 'spec.egress.2')).toBeUndefined()
    }
  })

  it('let only API servers and the webhook at each other where their networks are told', () => {
    const values = { webhook: { enabled: true }, networkPolicy: { apiServerCidrs: ['10.0.0.0/28', 'fd00::/64'] } }
    const peers = [{ ipBlock: { cidr: '10.0.0.0/28' } }, { ipBlock: { cidr: 'fd00::/64' } }]
    const policy = webhookPolicy(values)
    expect(field(policy, 'spec.ingress')).toEqual([{ from: peers, ports: [{ port: 'webhook', protocol: 'TCP' }] }])
    expect(field(policy, 'spec.egress.1.to')).toEqual(peers)
    expect(field(webhookPolicy({ webhook: { enabled: true } }), 'spec.ingress.0.from')).toBeUndefined()
  })

  it('leave the webhook no way out where it has a certificate of somebody else, nor a token', () => {
    const values = { webhook: { enabled: true, tlsSecret: 'tls' } }
    expect(field(webhookPolicy(values), 'spec.egress')).toEqual([])
    const workload = ofKind(renderer.render({ values }).objects, 'Deployment').find(
      ({ metadata }) => metadata.name === 'ingresskit-webhook',
    )
    expect(field(workload, 'spec.template.spec.automountServiceAccountToken')).toBe(false)
  })

  it('are not made for pods in the network of their node, where they would have no effect', () => {
    expect(policies({ hostNetwork: true })).toEqual([])
  })
})
