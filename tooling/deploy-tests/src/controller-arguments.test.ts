import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ChartRenderer, chartRenderer, rendererMissing } from './chart-renderer.ts'
import { field, listAt, ofKind } from './manifest-object.ts'
import { repositoryPath } from './repository-folder.ts'

/** They have every option of the chart between them. */
const installations = ['everything', 'daemonset-hostport', 'nodeport', 'one-team']
/** Each command takes a second of processor time to start, and the machine may have much else to do. */
const patienceMs = 240_000

interface Outcome {
  readonly status: unknown
  readonly output: string
}

/** Runs the command from its sources, without a cluster to reach. */
async function ingresskit(args: readonly string[]): Promise<Outcome> {
  const main = repositoryPath('apps/controller/src/main.ts')
  const child = spawn(process.execPath, ['--conditions=@ingresskit/source', main, ...args], {
    env: { PATH: process.env['PATH'] },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [output, errors, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { status, output: output + errors }
}

const suite = `the arguments of the chart's pods${rendererMissing ? ` (${rendererMissing})` : ''}`
describe.skipIf(rendererMissing !== undefined)(suite, () => {
  let renderer: ChartRenderer
  beforeAll(() => {
    renderer = chartRenderer()
  })
  afterAll(() => renderer.close())

  const argumentsOf = (name: string): readonly (readonly string[])[] =>
    ofKind(renderer.render({ valuesFiles: [name] }).objects, 'Deployment', 'DaemonSet').map(workload =>
      listAt(workload, 'spec.template.spec.containers.0.args').map(String),
    )

  it.each(installations)(
    'are understood by the command: %s',
    async name => {
      for (const args of argumentsOf(name)) {
        // What it cannot understand ends with status 2; with a kubeconfig that is not there, what it understands ends with 1.
        const { status, output } = await ingresskit([...args, '--kubeconfig=/no/such/kubeconfig'])
        expect(output).toContain('/no/such/kubeconfig')
        expect(status).toBe(1)
      }
    },
    patienceMs,
  )

  it(
    'repeat only options that may be repeated',
    async () => {
      for (const args of argumentsOf('everything')) {
        const [command = '', ...options] = args
        const names = options.map(option => option.replace(/=.*/, ''))
        const repeated = new Set(names.filter((name, index) => names.indexOf(name) !== index))
        const { output } = await ingresskit([command, '--help'])
        const helpOf = (option: string): string =>
          output.split(/\n\s+(?=--)/).find(part => part.startsWith(`${option} `)) ?? `there is no ${option}`
        expect(repeated.size).toBeGreaterThan(0)
        for (const option of repeated) expect(helpOf(option).replaceAll(/\s+/g, ' ')).toContain('repeatable')
      }
    },
    patienceMs,
  )

  it('tell the process where it is', () => {
    const [workload] = ofKind(renderer.render().objects, 'Deployment')
    const variables = listAt(workload, 'spec.template.spec.containers.0.env').map(variable => [
      field(variable, 'name'),
      field(variable, 'valueFrom.fieldRef.fieldPath'),
    ])
    expect(variables).toEqual([
      ['POD_NAME', 'metadata.name'],
      ['POD_NAMESPACE', 'metadata.namespace'],
    ])
  })
})
