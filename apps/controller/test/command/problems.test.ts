/** Every kind of trouble in the manifests is one problem, one log line and one line of `check`, and touches nothing else. */

import { echoBackend, type EchoBackend } from '@ingresskit/testkit'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { eventually } from './support/eventually.ts'
import { ask } from './support/http-client.ts'
import { killCommands, startServe, type RunningServer } from './support/ingresskit-process.ts'
import {
  ingress,
  manifestFolder,
  removeManifestFolders,
  service,
  type IngressOf,
  type ManifestFolder,
} from './support/manifests.ts'
import { checkLines, problemsOf, type ProblemView } from './support/problem-of.ts'

interface Trouble {
  readonly title: string
  readonly broken: string | readonly object[]
  readonly expected: Pick<ProblemView, 'severity' | 'kind' | 'namespace' | 'name'>
  /** What `field` must contain. */
  readonly field: RegExp
  /** What `message` must contain: the name of the trouble. */
  readonly message: RegExp
}

const sick: IngressOf = { name: 'sick', host: 'sick.test', paths: [{ path: '/shop', service: 'web' }] }
const onSick = { kind: 'Ingress', namespace: 'default', name: 'sick' } as const

const troubles: readonly Trouble[] = [
  {
    title: 'a path that does not begin with a slash',
    broken: [ingress({ ...sick, paths: [{ path: 'shop', service: 'web' }] })],
    expected: { severity: 'error', ...onSick },
    field: /^spec\.rules\[0\]\.http\.paths\[0\]\.path$/,
    message: /shop/,
  },
  {
    title: 'a Secret that does not exist',
    broken: [ingress({ ...sick, tlsSecret: 'absent-secret' })],
    expected: { severity: 'error', ...onSick },
    field: /^spec\.tls\[0\]\.secretName$/,
    message: /absent-secret/,
  },
  {
    title: 'a Service that does not exist',
    broken: [ingress({ ...sick, paths: [{ service: 'absent-service' }] })],
    expected: { severity: 'error', ...onSick },
    field: /^spec\.rules\[0\]\.http\.paths\[0\]\.backend\.service/,
    message: /absent-service/,
  },
  {
    title: 'a Service port that does not exist',
    broken: JSON.stringify(ingress(sick)).replace('"number":80', '"number":81'),
    expected: { severity: 'error', ...onSick },
    field: /^spec\.rules\[0\]\.http\.paths\[0\]\.backend\.service/,
    message: /81/,
  },
  {
    title: 'a bad value of an annotation',
    broken: [ingress({ ...sick, annotations: { 'ingresskit.dev/load-balance': 'fastest-first' } })],
    expected: { severity: 'error', ...onSick },
    field: /metadata\.annotations.*ingresskit\.dev\/load-balance/,
    message: /fastest-first/,
  },
  {
    title: 'a snippet annotation, which is refused',
    broken: [ingress({ ...sick, annotations: { 'nginx.ingress.kubernetes.io/configuration-snippet': 'deny all;' } })],
    expected: { severity: 'warning', ...onSick },
    field: /metadata\.annotations.*configuration-snippet/,
    message: /./,
  },
  {
    title: 'two Ingresses that claim the same host and path',
    broken: [ingress({ ...sick, host: 'well.test', paths: [{ service: 'web' }] })],
    expected: { severity: 'warning', ...onSick },
    field: /^spec\.rules\[0\]\.http\.paths\[0\]/,
    message: /default\/well/,
  },
]

const fields = ['field', 'file', 'kind', 'message', 'name', 'namespace', 'reason', 'severity']
const unparsable = 'kind: Ingress\nmetadata: [unclosed\n'
let backend: EchoBackend
let folder: ManifestFolder
let server: RunningServer

beforeAll(async () => {
  backend = await echoBackend({ name: 'web' })
  folder = await manifestFolder({ 'a-well.yaml': wellSite() })
  server = await startServe(folder.path)
})
beforeEach(async () => {
  for (const file of ['b-first.yaml', 'c-new.yaml']) await folder.remove(file)
  await folder.write('b-sick.yaml', [ingress(sick)])
  await eventually(expectNoProblem)
  await eventually(() => expectStatus('sick.test', '/shop', 200))
  await eventually(() => expectStatus('new.test', '/', 404))
})
afterAll(async () => {
  await killCommands()
  await removeManifestFolders()
  await backend.close()
})

for (const { title, broken, expected, field, message } of troubles) {
  test(`${title}: one problem until it is mended, and the rest is served`, async () => {
    await folder.write('b-sick.yaml', broken)
    const problem = await onlyProblem()
    expect(Object.keys(problem).toSorted()).toEqual(fields)
    expect(problem).toMatchObject(expected)
    expect(problem.reason).toMatch(/^([A-Z][a-z0-9]+)+$/)
    expect(problem.field).toMatch(field)
    expect(problem.message).toMatch(message)
    expect(problem.file).toBe(`${folder.path}/b-sick.yaml`)
    await expectStatus('well.test', '/', 200)

    // A change elsewhere compiles everything again: the same problem must not be logged a second time.
    await folder.write('c-new.yaml', [ingress({ name: 'new', host: 'new.test', paths: [{ service: 'web' }] })])
    await eventually(() => expectStatus('new.test', '/', 200))
    expect(await problemsOf(server.admin)).toEqual([problem])
    expect(complaintsAbout(problem)).toBe(1)

    await folder.write('b-sick.yaml', [ingress(sick)])
    await eventually(expectNoProblem)
    await expectStatus('sick.test', '/shop', 200)
    expect(complaintsAbout(problem)).toBe(1)
  })
}

test('check writes one line for each trouble, and one at the end', async () => {
  const all = await manifestFolder({ 'a-well.yaml': wellSite(), 'z-unparsable.yaml': unparsable })
  for (const [index, { broken }] of troubles.entries()) {
    const text = typeof broken === 'string' ? broken : broken.map(o => JSON.stringify(o)).join('\n---\n')
    const renamed = text.replaceAll('"sick"', `"sick-${index}"`).replaceAll('sick.test', `sick-${index}.test`)
    await all.write(`b-${index}.yaml`, renamed)
  }
  const { status, lines } = await checkLines(all.path)
  expect(status).toBe(1)
  expect(lines).toHaveLength(troubles.length + 2)
  for (const [index, { expected, message }] of troubles.entries()) {
    const own = lines.filter(line => line.includes(`default/sick-${index} `))
    expect(own).toHaveLength(1)
    expect(own[0]).toMatch(message)
    expect(own[0]).toMatch(new RegExp(`^${expected.severity}\\b`))
    expect(own[0]).toContain(`b-${index}.yaml`)
  }
  expect(lines.filter(line => line.includes('z-unparsable.yaml'))).toHaveLength(1)
})

test('a file that no longer parses keeps its last good objects and is one problem until it parses again', async () => {
  await folder.write('b-sick.yaml', unparsable)
  const problem = await onlyProblem()
  expect(Object.keys(problem).toSorted()).toEqual(fields)
  expect(problem).toMatchObject({ severity: 'error', file: `${folder.path}/b-sick.yaml` })
  await expectStatus('well.test', '/', 200)
  await expectStatus('sick.test', '/shop', 200)

  // Another file is still read while this one is broken.
  await folder.write('c-new.yaml', [ingress({ name: 'new', host: 'new.test', paths: [{ service: 'web' }] })])
  await eventually(() => expectStatus('new.test', '/', 200))
  await expectStatus('sick.test', '/shop', 200)
  expect(complaintsAbout(problem)).toBe(1)

  await folder.write('b-sick.yaml', [ingress({ ...sick, paths: [{ path: '/moved', service: 'web' }] })])
  await eventually(expectNoProblem)
  await expectStatus('sick.test', '/moved', 200)
  await expectStatus('sick.test', '/shop', 404)
})

test('a broken file that is removed takes its last good objects and its problem with it', async () => {
  await folder.write('b-sick.yaml', '{')
  await onlyProblem()
  await folder.remove('b-sick.yaml')
  await eventually(expectNoProblem)
  await expectStatus('sick.test', '/shop', 404)
  await expectStatus('well.test', '/', 200)
})

test('a file with one broken document among good ones keeps all of its last good objects', async () => {
  await folder.write('b-sick.yaml', `${JSON.stringify(ingress(sick))}\n---\n{ unclosed\n`)
  await onlyProblem()
  await expectStatus('sick.test', '/shop', 200)
})

test('the same object in two files is one problem that names the object and a file', async () => {
  await folder.write('c-new.yaml', [ingress(sick)])
  const problem = await onlyProblem()
  expect(problem).toMatchObject(onSick)
  expect(`${problem.file} ${problem.message}`).toMatch(/c-new\.yaml|b-sick\.yaml/)
  await expectStatus('sick.test', '/shop', 200)
  expect(complaintsAbout(problem)).toBe(1)
})

test('without creation times the Ingress of the first file wins a conflict', async () => {
  // The winner's file sorts first although its name sorts last.
  await folder.write('b-first.yaml', [ingress({ ...sick, name: 'zz' })])
  expect(await onlyProblem()).toMatchObject({ severity: 'warning', ...onSick })
})

/** A site that is fine: `well.test` goes to Service `web`. */
function wellSite(): readonly object[] {
  return [...service('web', [backend.port]), ingress({ name: 'well', host: 'well.test', paths: [{ service: 'web' }] })]
}

async function expectNoProblem(): Promise<void> {
  expect(await problemsOf(server.admin)).toEqual([])
}

async function expectStatus(host: string, path: string, status: number): Promise<void> {
  expect([host, path, (await ask(server.http, path, { host })).status]).toEqual([host, path, status])
}

async function onlyProblem(): Promise<ProblemView> {
  const problems = await eventually(async () => {
    const found = await problemsOf(server.admin)
    expect(found).not.toEqual([])
    return found
  })
  const [problem] = problems
  if (problem === undefined || problems.length > 1) throw new Error(`not one problem: ${JSON.stringify(problems)}`)
  return problem
}

/** How many lines of level warn or error were logged with the problem's message since it first appeared. */
function complaintsAbout(problem: ProblemView): number {
  const quoted = JSON.stringify(problem.message)
  return server
    .logLines()
    .filter(line => line['level'] === 'error' || line['level'] === 'warn')
    .filter(line => JSON.stringify(line).includes(quoted)).length
}
