import { describe, expect, it } from 'vitest'
import {
  annotated,
  backend,
  ingress,
  messagesOf,
  onlyTarget,
  pathTo,
  problemsOf,
  reached,
  rule,
  service,
  translate,
} from '../test/objects.ts'

const weights = 'ingresskit.dev/service-weights'
const ports = [{ name: 'http', port: 80 }]
const v1 = service('tomcat-v1', ports)
const v2 = service('tomcat-v2', [{ name: 'http', port: 8080 }, { port: 80 }], { 'ingresskit.dev/load-balance': 'p2c' })

describe('service-weights', () => {
  it('splits every path between the Services, each with the policy of its own annotations', () => {
    const translation = annotated({ [weights]: 'tomcat-v1=90, tomcat-v2=10' }, { others: [v1, v2] })
    expect(translation.problems).toEqual([])
    expect(onlyTarget(translation).split).toMatchObject([
      { weight: 90, backend: { kind: 'service', key: 'default/tomcat-v1:80' }, balancing: { strategy: 'round-robin' } },
      { weight: 10, backend: { kind: 'service', key: 'default/tomcat-v2:80' }, balancing: { strategy: 'p2c' } },
    ])
  })

  it('resolves the name of the port on each Service', () => {
    const path = { path: '/', pathType: 'Prefix', backend: backend('web', { name: 'http' }) }
    const site = ingress({
      annotations: { [weights]: 'tomcat-v1=1,tomcat-v2=1' },
      spec: { rules: [rule('a.example', path)] },
    })
    const translation = translate({ ingresses: [site], services: [service('web'), v1, v2] })
    const { split = [] } = onlyTarget(translation)
    expect(split.map(branch => (branch.backend.kind === 'service' ? branch.backend.key : ''))).toEqual([
      'default/tomcat-v1:80',
      'default/tomcat-v2:8080',
    ])
  })

  it('leaves out a Service that is missing, and takes it in when it is there', () => {
    const annotations = { [weights]: 'tomcat-v1=90,tomcat-v2=10' }
    const site = ingress({ annotations, spec: { rules: [rule('a.example', pathTo('web'), pathTo('web', '/more'))] } })
    const before = translate({ ingresses: [site], services: [service('web'), v1] })
    expect(problemsOf(before)).toEqual([`error ServiceNotFound metadata.annotations['${weights}']`])
    expect(onlyTarget(before).split).toMatchObject([{ weight: 90 }])
    const after = translate({ ingresses: [site], services: [service('web'), v1, v2], previous: before })
    expect(after.problems).toEqual([])
    expect(onlyTarget(after).split).toHaveLength(2)
  })

  it('does not ask for the backend of the path, which is not used', () => {
    const site = ingress({
      annotations: { [weights]: 'tomcat-v1=1' },
      spec: { rules: [rule('a.example', pathTo('any-name'))] },
    })
    const translation = translate({ ingresses: [site], services: [v1] })
    expect(translation.problems).toEqual([])
    expect(onlyTarget(translation).split).toHaveLength(1)
  })

  it.each(['gone=1', 'gone=1, tomcat-v1=0'])('uses the backend of the path when %j leaves nothing', value => {
    const translation = annotated({ [weights]: value }, { others: [v1] })
    expect(messagesOf(translation)).toEqual([
      expect.stringContaining('Service default/gone does not exist'),
      expect.stringContaining('none of its Services that exist has a weight above 0'),
    ])
    expect(onlyTarget(translation)).not.toHaveProperty('split')
    expect(reached(translation, 'a.example', '/')).toBe('default/web:80')
  })

  it.each([
    ['', 'SERVICE=WEIGHT'],
    ['tomcat-v1', 'SERVICE=WEIGHT'],
    ['other/tomcat-v1=1', 'SERVICE=WEIGHT'],
    ['tomcat-v1=0, tomcat-v2=0', 'every weight is 0'],
    ['tomcat-v1=1, tomcat-v1=2', 'given twice'],
    ['tomcat-v1=1.5', 'from 0 to 1000000'],
    ['tomcat-v1=-1', 'from 0 to 1000000'],
    ['tomcat-v1=1000001', 'from 0 to 1000000'],
  ])('reports %j and uses the backend of the path', (value, remedy) => {
    const translation = annotated({ [weights]: value }, { others: [v1, v2] })
    expect(messagesOf(translation)).toEqual([expect.stringContaining(remedy)])
    expect(onlyTarget(translation)).not.toHaveProperty('split')
  })

  it('answers 503 for the share of a Service whose limits cannot be read, and splits the rest as before', () => {
    const bad = service('tomcat-v2', ports, { 'ingresskit.dev/circuit-breaker': 'requests=lots' })
    const translation = annotated({ [weights]: 'tomcat-v1=90,tomcat-v2=10' }, { others: [v1, bad] })
    expect(onlyTarget(translation).split).toMatchObject([
      { weight: 90, backend: { kind: 'service' } },
      { weight: 10, backend: { kind: 'unavailable', reason: 'limit-invalid', service: { name: 'tomcat-v2' } } },
    ])
  })

  it('splits nothing that is guarded by what cannot be enforced', () => {
    const guard = { 'nginx.ingress.kubernetes.io/auth-url': 'https://auth.example' }
    const translation = annotated({ [weights]: 'tomcat-v1=1', ...guard }, { others: [v1] })
    expect(onlyTarget(translation)).not.toHaveProperty('split')
    expect(reached(translation, 'a.example', '/')).toBe('guard-not-supported')
  })
})
