/** Values that cannot be read: each is one problem, with the object, the field and a remedy, and harms no other Ingress. */

import { describe, expect, it } from 'vitest'
import { runCommand } from '../command/support/ingresskit-process.ts'
import { ingress, service } from '../command/support/manifests.ts'
import { annotatedService, balancedSite } from './support/balanced-site.ts'

const own = 'ingresskit.dev/'
const nginx = 'nginx.ingress.kubernetes.io/'

/** Annotations with a value that the guide does not allow, for which the default is used. */
const spreading: readonly (readonly [key: string, value: string])[] = [
  [`${own}load-balance`, 'ROUND ROBIN'],
  [`${own}load-balance`, ''],
  [`${own}hash-on`, 'header'],
  [`${own}hash-on`, 'header:a b'],
  [`${own}hash-bound`, '0.9'],
  [`${own}hash-bound`, '11'],
  [`${own}service-weights`, 'web=1000001'],
  [`${own}service-weights`, 'web'],
  [`${own}slow-start`, '30'],
  [`${own}slow-start`, '2h'],
  [`${own}slow-start`, '30s, minimum=0'],
  [`${own}slow-start`, '30s, agression=2'],
  [`${own}health-check`, 'interval=99ms'],
  [`${own}health-check`, 'status=600'],
  [`${own}health-check`, 'path=up'],
  [`${own}health-check`, 'healthy=0'],
  [`${own}health-check`, 'interval=1s, interval=2s'],
  [`${own}outlier-detection`, 'max-ejected-percent=101'],
  [`${own}outlier-detection`, 'base-ejection=1ms'],
  [`${own}retry`, 'attempts=11'],
  [`${own}retry`, 'on=503+sometimes'],
  [`${own}retry`, 'methods=POST'],
  [`${own}retry`, 'within=never'],
  [`${nginx}load-balance`, 'least_time'],
  [`${nginx}upstream-hash-by`, '$host$uri'],
  [`${nginx}proxy-next-upstream`, 'http_418'],
  [`${nginx}affinity`, 'ip'],
]
const fieldOf = (key: string): string => `metadata.annotations['${key}']`

describe('bad values', () => {
  const site = balancedSite({
    flags: [],
    backends: ['a', 'b'],
    objects: ports => [
      ...service('web', ports()),
      ...annotatedService('broken', ports(), {
        [`${own}retry`]: 'attempts=none',
        [`${own}load-balance`]: 'least-conn',
      }),
      ...annotatedService('shut', ports(), { [`${own}circuit-breaker`]: 'requests=1e9' }),
      ...annotatedService('misplaced', ports(), { [`${own}service-weights`]: 'web=1', [`${own}match-methods`]: 'GET' }),
      ...spreading.map(([key, value], index) =>
        ingress({
          name: `bad-${index}`,
          host: `bad-${index}.test`,
          paths: [{ service: 'web' }],
          annotations: { [key]: value },
        }),
      ),
      ingress({ name: 'good', host: 'good.test', paths: [{ service: 'web' }] }),
      ...['broken', 'shut', 'misplaced'].flatMap(target =>
        ['one', 'two'].map(name =>
          ingress({ name: `${target}-${name}`, host: `${target}-${name}.test`, paths: [{ service: target }] }),
        ),
      ),
      ingress({
        name: 'shut-own',
        host: 'shut-own.test',
        paths: [{ service: 'shut' }],
        annotations: { [`${own}circuit-breaker`]: 'requests=5' },
      }),
    ],
  })

  it.each(spreading.map(([key, value], index) => [key, value, index] as const))(
    '%s: "%s" is one problem of its Ingress, which is served by the defaults',
    async (key, value, index) => {
      const problems = (await site.problems()).filter(({ name }) => name === `bad-${index}`)
      expect(problems).toEqual([
        {
          severity: 'error',
          reason: expect.stringMatching(/^([A-Z][a-z]+)+$/) as string,
          kind: 'Ingress',
          namespace: 'default',
          name: `bad-${index}`,
          file: expect.stringMatching(/site\.yaml$/) as string,
          field: fieldOf(key),
          message: expect.stringMatching(/\w.{15,}/s) as string,
        },
      ])
      const tally = await site.tally(8, () => ({ host: `bad-${index}.test` }))
      expect([value, new Set(tally.keys())]).toEqual([value, new Set(['a', 'b'])])
    },
  )

  it('a bad value on a Service is one problem of the Service, however many Ingresses use it', async () => {
    const problems = await site.problems()
    expect(problems.filter(({ kind }) => kind === 'Service').map(({ name, field }) => [name, field])).toEqual(
      expect.arrayContaining([
        ['broken', fieldOf(`${own}retry`)],
        ['shut', fieldOf(`${own}circuit-breaker`)],
      ]),
    )
    for (const name of ['broken', 'shut'])
      expect(problems.filter(problem => problem.kind === 'Service' && problem.name === name)).toHaveLength(1)
    expect(problems.filter(({ name }) => /^(broken|shut|good)-?/.test(name)).map(({ kind }) => kind)).toEqual([
      'Service',
      'Service',
    ])
    for (const host of ['broken-one.test', 'broken-two.test'])
      expect(await site.tally(4, () => ({ host })).then(tally => tally.has(503))).toBe(false)
  })

  it('a limit of a Service that cannot be read shuts all that use it, but the Ingress that sets its own', async () => {
    for (const host of ['shut-one.test', 'shut-two.test']) expect(await site.answeredBy({ host })).toBe(503)
    expect(['a', 'b']).toContain(await site.answeredBy({ host: 'shut-own.test' }))
    expect(['a', 'b']).toContain(await site.answeredBy({ host: 'good.test' }))
  })

  it('what may stand on an Ingress only is reported on a Service, and has no effect', async () => {
    const fields = (await site.problems()).filter(({ name }) => name === 'misplaced').map(({ field }) => field)
    expect(fields.toSorted()).toEqual([fieldOf(`${own}match-methods`), fieldOf(`${own}service-weights`)])
    for (const method of ['GET', 'POST'])
      expect(['a', 'b']).toContain(await site.answeredBy({ host: 'misplaced-one.test', method }))
  })

  it('check ends with 1 and has a line for each, with object, field and remedy', async () => {
    const { status, stdout } = await runCommand(['check', '--manifests', site.folder.path])
    expect(status).toBe(1)
    for (const [index, [key]] of spreading.entries())
      expect(stdout).toMatch(
        new RegExp(`^error \\w+: .*Ingress default/bad-${index} ${escaped(fieldOf(key))}: .+`, 'm'),
      )
    expect(stdout).toMatch(
      new RegExp(`^error \\w+: .*Service default/broken ${escaped(fieldOf(`${own}retry`))}: .+`, 'm'),
    )
    expect(stdout).not.toContain('default/good')
  })
})

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
