import { describe, expect, it } from 'vitest'
import { backend, ingress, pathTo, problemsOf, reached, rule, service, translate } from '../test/objects.ts'
import { missingSecrets } from './missing-secrets.ts'

describe('rules', () => {
  it('resolves ports by number and by name', () => {
    const spec = {
      rules: [
        rule('a.example', pathTo('web'), {
          path: '/named',
          pathType: 'Exact',
          backend: backend('web', { name: 'http' }),
        }),
      ],
    }
    const translation = translate({ ingresses: [ingress({ spec })] })
    expect(reached(translation, 'a.example', '/x')).toBe('default/web:80')
    expect(reached(translation, 'a.example', '/named')).toBe('default/web:80')
    expect(translation.problems).toEqual([])
  })

  it('serves a default backend without rules to every host, and beside rules to the hosts of those rules alone', () => {
    const alone = translate({ ingresses: [ingress({ spec: { defaultBackend: backend('web') } })] })
    expect(reached(alone, 'any.example', '/x')).toBe('default/web:80')
    const spec = {
      defaultBackend: backend('web'),
      rules: [rule('a.example', pathTo('api', '/api')), { host: 'b.example' }],
    }
    const beside = translate({ ingresses: [ingress({ spec })], services: [service('web'), service('api')] })
    expect(reached(beside, 'a.example', '/api')).toBe('default/api:80')
    expect(reached(beside, 'a.example', '/other')).toBe('default/web:80')
    expect(reached(beside, 'b.example', '/')).toBe('default/web:80')
    expect(reached(beside, 'c.example', '/')).toBe('no-host')
  })

  it('lower-cases hosts of manifests', () => {
    const translation = translate({ ingresses: [ingress({ spec: { rules: [rule('Shop.Example', pathTo('web'))] } })] })
    expect(reached(translation, 'shop.example', '/')).toBe('default/web:80')
  })

  it('takes an empty ImplementationSpecific path for /', () => {
    const path = { pathType: 'ImplementationSpecific', backend: backend('web') }
    expect(
      reached(translate({ ingresses: [ingress({ spec: { rules: [rule('a.example', path)] } })] }), 'a.example', '/x'),
    ).toBe('default/web:80')
  })
})

describe('problems', () => {
  const fine = pathTo('web', '/fine')
  const cases = [
    {
      title: 'a path without a slash',
      path: pathTo('web', 'bad'),
      problem: 'error PathInvalid spec.rules[0].http.paths[0].path',
    },
    {
      title: 'a path with a double slash',
      path: pathTo('web', '/a//b'),
      problem: 'error PathInvalid spec.rules[0].http.paths[0].path',
    },
    {
      title: 'a path with dot segments',
      path: pathTo('web', '/a/..'),
      problem: 'error PathInvalid spec.rules[0].http.paths[0].path',
    },
    {
      title: 'a path with a NUL escape',
      path: pathTo('web', '/a%00', 'ImplementationSpecific'),
      problem: 'error PathInvalid spec.rules[0].http.paths[0].path',
    },
    {
      title: 'a path that is no text',
      path: { path: 7, pathType: 'Prefix', backend: backend('web') },
      problem: 'error PathInvalid spec.rules[0].http.paths[0].path',
    },
    {
      title: 'an unknown path type',
      path: pathTo('web', '/a', 'Regex'),
      problem: 'error PathInvalid spec.rules[0].http.paths[0].pathType',
    },
    {
      title: 'a missing path type',
      path: { path: '/a', backend: backend('web') },
      problem: 'error PathInvalid spec.rules[0].http.paths[0].pathType',
    },
    {
      title: 'a missing Service',
      path: pathTo('gone', '/a'),
      problem: 'error ServiceNotFound spec.rules[0].http.paths[0].backend.service.name',
    },
    {
      title: 'a missing port',
      path: { path: '/a', pathType: 'Prefix', backend: backend('web', { number: 81 }) },
      problem: 'error ServicePortNotFound spec.rules[0].http.paths[0].backend.service.port',
    },
    {
      title: 'a port by name and number',
      path: { path: '/a', pathType: 'Prefix', backend: backend('web', { number: 80, name: 'http' }) },
      problem: 'error BackendInvalid spec.rules[0].http.paths[0].backend.service.port',
    },
    {
      title: 'a port out of range',
      path: { path: '/a', pathType: 'Prefix', backend: backend('web', { number: 70_000 }) },
      problem: 'error BackendInvalid spec.rules[0].http.paths[0].backend.service.port.number',
    },
    {
      title: 'a resource backend',
      path: { path: '/a', pathType: 'Prefix', backend: { resource: { kind: 'StorageBucket', name: 'x' } } },
      problem: 'error ResourceBackendUnsupported spec.rules[0].http.paths[0].backend.resource',
    },
    {
      title: 'no backend at all',
      path: { path: '/a', pathType: 'Prefix' },
      problem: 'error BackendInvalid spec.rules[0].http.paths[0].backend',
    },
  ]

  it.each(cases)('$title is one problem, and the path beside it is served', ({ path, problem }) => {
    const translation = translate({ ingresses: [ingress({ spec: { rules: [rule('a.example', path, fine)] } })] })
    expect(problemsOf(translation)).toEqual([problem])
    expect(reached(translation, 'a.example', '/fine')).toBe('default/web:80')
  })

  it('reports a Service that ten paths miss once, and answers all ten with the reason', () => {
    const paths = Array.from({ length: 10 }, (_, index) => pathTo('gone', `/p${index}`))
    const translation = translate({ ingresses: [ingress({ spec: { rules: [rule('a.example', ...paths)] } })] })
    expect(translation.problems).toHaveLength(1)
    expect(reached(translation, 'a.example', '/p7')).toBe('service-not-found')
  })

  it.each(['*', '*.*.example', '10.0.0.1', 'under_score.example', 'a b'])(
    'leaves out the rule with the host %j and serves the next one',
    host => {
      const spec = { rules: [rule(host, pathTo('web')), rule('ok.example', pathTo('web'))] }
      const translation = translate({ ingresses: [ingress({ spec })] })
      expect(problemsOf(translation)).toEqual(['error HostInvalid spec.rules[0].host'])
      expect(reached(translation, 'ok.example', '/')).toBe('default/web:80')
    },
  )

  it.each([undefined, null, 7, [], {}, { rules: 'x' }, { rules: [{ http: {} }] }])(
    'survives the spec %j and serves other Ingresses',
    spec => {
      const good = ingress({ name: 'good', spec: { rules: [rule('a.example', pathTo('web'))] } })
      const bad = {
        ...ingress({ name: 'bad', spec: {} }),
        spec:
          typeof spec === 'object' && spec !== null && !Array.isArray(spec)
            ? { ingressClassName: 'ingresskit', ...spec }
            : spec,
      }
      const translation = translate({ ingresses: [bad, good], options: { withoutClass: 'serve' } })
      expect(reached(translation, 'a.example', '/')).toBe('default/web:80')
      expect(translation.problems.length).toBeGreaterThan(0)
      expect(translation.problems.every(({ name }) => name === 'bad')).toBe(true)
    },
  )

  it('names the loser of a conflict and the older Ingress that serves', () => {
    const older = ingress({
      name: 'older',
      creationTimestamp: '2026-01-01T00:00:00Z',
      spec: { rules: [rule('a.example', pathTo('web'))] },
    })
    const newer = ingress({
      name: 'newer',
      creationTimestamp: '2026-02-01T00:00:00Z',
      spec: { rules: [rule('a.example', pathTo('api'))] },
    })
    const translation = translate({ ingresses: [newer, older], services: [service('web'), service('api')] })
    expect(reached(translation, 'a.example', '/')).toBe('default/web:80')
    expect(translation.problems).toMatchObject([
      { severity: 'warning', reason: 'RuleConflict', name: 'newer', field: 'spec.rules[0].http.paths[0]' },
    ])
    expect(translation.problems[0]?.message).toContain('default/older')
  })
})

describe('TLS', () => {
  const spec = {
    rules: [rule('a.example', pathTo('web')), rule('b.example', pathTo('web'))],
    tls: [{ hosts: ['A.example'], secretName: 'cert' }],
  }

  it('binds the hosts of an entry to a Secret of the same namespace; the other hosts take it if it covers them', () => {
    const { tls, secrets } = translate({ ingresses: [ingress({ spec })] })
    expect(tls).toEqual([
      {
        secret: 'default/cert',
        hosts: ['a.example'],
        coveredHosts: ['b.example'],
        owner: 'default/site',
        field: 'spec.tls[0]',
      },
    ])
    expect([...secrets]).toEqual(['default/cert'])
  })

  it('reports a Secret that does not exist, once it is known not to', () => {
    const translation = translate({ ingresses: [ingress({ spec })] })
    expect(missingSecrets(translation, () => true)).toEqual([])
    expect(missingSecrets(translation, () => false)).toMatchObject([
      { reason: 'SecretNotFound', field: 'spec.tls[0].secretName' },
    ])
  })

  it('refuses a Secret of another namespace', () => {
    const translation = translate({
      ingresses: [ingress({ spec: { ...spec, tls: [{ hosts: ['a.example'], secretName: 'kube-system/cert' }] } })],
    })
    expect(problemsOf(translation)).toEqual(['error SecretNotFound spec.tls[0].secretName'])
    expect(translation.secrets.size).toBe(0)
  })

  it('gives a host to the same Ingress as the rules do: by file name where there are no creation times', () => {
    const objects = ['zz', 'aa'].map(name => ingress({ name, spec }))
    const files = new Map(objects.map((object, index) => [object, `0${index + 1}.yaml`]))
    const translation = translate({ ingresses: objects, fileOf: object => files.get(object) })
    expect(translation.tls.map(({ owner }) => owner)).toEqual(['default/zz', 'default/aa'])
    const match = translation.table.match('a.example', '/')
    expect(match.kind === 'rule' ? match.rule.value.ingress.name : undefined).toBe('zz')
  })

  it('asks for the other hosts once for each Secret, however often an Ingress names it', () => {
    const tls = Array.from({ length: 50 }, () => ({ secretName: 'cert' }))
    const bindings = translate({ ingresses: [ingress({ spec: { ...spec, tls } })] }).tls
    expect(bindings.flatMap(({ coveredHosts }) => coveredHosts)).toEqual(['a.example', 'b.example'])
  })

  it('takes a hundred entries and reports that there are more', () => {
    const tls = Array.from({ length: 150 }, (_, index) => ({ hosts: ['a.example'], secretName: `cert-${index}` }))
    const translation = translate({ ingresses: [ingress({ spec: { ...spec, tls } })] })
    expect(translation.tls).toHaveLength(100)
    expect(problemsOf(translation)).toEqual(['error SpecInvalid spec.tls[100]'])
  })

  it('gives a host to the oldest Ingress first', () => {
    const one = ingress({ name: 'one', creationTimestamp: '2026-02-01T00:00:00Z', spec })
    const two = ingress({ name: 'two', creationTimestamp: '2026-01-01T00:00:00Z', spec })
    expect(translate({ ingresses: [one, two] }).tls.map(({ owner }) => owner)).toEqual(['default/two', 'default/one'])
  })
})

describe('a change', () => {
  const objects = ['one', 'two'].map(name =>
    ingress({ name, spec: { rules: [rule(`${name}.example`, pathTo('web'))] } }),
  )
  const web = service('web')
  const before = translate({ ingresses: objects, services: [web] })

  it('compiles only the Ingress that changed', () => {
    const changed = ingress({ name: 'two', spec: { rules: [rule('two.example', pathTo('web', '/new'))] } })
    const after = translate({ ingresses: [...objects.slice(0, 1), changed], services: [web], previous: before })
    expect(after.ingresses.get('default/one')).toBe(before.ingresses.get('default/one'))
    expect(after.ingresses.get('default/two')).not.toBe(before.ingresses.get('default/two'))
    expect(after.table.match('one.example', '/')).toBe(before.table.match('one.example', '/'))
    expect(reached(after, 'two.example', '/new')).toBe('default/web:80')
  })

  it('of a Service compiles the Ingresses that name it', () => {
    const after = translate({ ingresses: objects, services: [], previous: before })
    expect(reached(after, 'one.example', '/')).toBe('service-not-found')
    const back = translate({ ingresses: objects, services: [web], previous: after })
    expect(reached(back, 'one.example', '/')).toBe('default/web:80')
    expect(back.problems).toEqual([])
  })

  it('of the IngressClasses keeps telling the conflicts that there are', () => {
    const twice = [...objects, ingress({ name: 'three', spec: objects[0]?.['spec'] })]
    const first = translate({ ingresses: twice, services: [web] })
    const another = { apiVersion: 'networking.k8s.io/v1', kind: 'IngressClass', metadata: { name: 'another' } }
    const after = translate({ ingresses: twice, services: [web], classes: [another], previous: first })
    expect(problemsOf(after)).toEqual(problemsOf(first))
    expect(after.conflicts).toHaveLength(1)
  })
})
