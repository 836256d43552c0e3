/** `check` and `explain`: what they say, their exit statuses, and how options reach them. */

import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { killCommands, runCommand } from './support/ingresskit-process.ts'
import { ingress, manifestFolder, removeManifestFolders, service } from './support/manifests.ts'

let folder: Awaited<ReturnType<typeof manifestFolder>>
let manifests: readonly string[]

beforeAll(async () => {
  folder = await manifestFolder({
    'a-site.yaml': [
      ...service('web', [7001, 7002]),
      ...service('cart', [7003]),
      ...service('empty', []),
      ingress({ name: 'shop', host: 'shop.test', paths: [{ service: 'web' }, { path: '/cart', service: 'cart' }] }),
      ingress({ name: 'foreign', host: 'shop.test', paths: [{ path: '/cart', service: 'web' }], className: 'nginx' }),
      ingress({ name: 'void', host: 'void.test', paths: [{ service: 'empty' }] }),
    ],
    'b-later.yaml': [ingress({ name: 'later', host: 'shop.test', paths: [{ path: '/cart', service: 'web' }] })],
  })
  manifests = ['--manifests', folder.path]
})
afterAll(async () => {
  await killCommands()
  await removeManifestFolders()
})

interface Explained {
  readonly routed: boolean
  readonly service: { readonly name: string } | null
}

test.concurrent('check exits 0 when there are warnings only, 1 when there is an error', async () => {
  const well = await runCommand(['check', ...manifests])
  expect([well.status, well.stderr]).toEqual([0, ''])
  expect(well.stdout).toMatch(/^warning .*default\/later.*default\/shop/m)
  const sick = await manifestFolder({ 'a.yaml': [ingress({ name: 'a', host: 'a.test', paths: [{ service: 'no' }] })] })
  const result = await runCommand(['check', '--manifests', sick.path, '--output', 'json'])
  expect(result.status).toBe(1)
  expect(JSON.parse(result.stdout)).toMatchObject([{ severity: 'error', kind: 'Ingress', name: 'a' }])
})

test.concurrent('check reads several --manifests, single files and subfolders', async () => {
  const file = join(folder.path, 'a-site.yaml')
  const more = await manifestFolder({ 'b.yaml': [ingress({ name: 'b', host: 'b.test', paths: [{ service: 'web' }] })] })
  const result = await runCommand(['check', '--manifests', file, '--manifests', more.path])
  expect([result.status, result.stderr]).toEqual([0, ''])
})

test.concurrent('explain names the rule, the Service, the endpoints and why every other candidate lost', async () => {
  const { status, stdout } = await runCommand(['explain', 'GET', 'http://shop.test/cart/1', ...manifests])
  expect(status).toBe(0)
  expect(stdout).toContain('Ingress default/shop, spec.rules[0].http.paths[1]')
  expect(stdout).toMatch(/default\/cart/)
  expect(stdout).toContain('127.0.0.1:7003')
  const lost = (name: string): readonly string[] =>
    stdout.split('\n').filter(line => line.includes('lost') && line.includes(`Ingress default/${name},`))
  expect(lost('later')).toHaveLength(1)
  expect(lost('later')[0]).toContain('default/shop')
  expect(lost('shop')).toHaveLength(1)
  expect(lost('shop')[0]).toMatch(/longer/)
  expect(lost('foreign')).toHaveLength(1)
  expect(lost('foreign')[0]).toMatch(/nginx.*ingresskit/)
})

test.concurrent('explain does not call an Ingress of another class a default backend when it has none', async () => {
  const { stdout } = await runCommand(['explain', 'GET', 'http://shop.test/cart', ...manifests])
  const line = stdout.split('\n').find(text => text.includes('default/foreign'))
  expect(line).toBeDefined()
  expect(line).not.toMatch(/default backend/)
})

test.concurrent('explain exits 3 and says why when no rule matches', async () => {
  const { status, stdout } = await runCommand(['explain', 'GET', 'http://nobody.test/', ...manifests])
  expect(status).toBe(3)
  expect(stdout).toMatch(/404.*nobody\.test/)
})

test.concurrent('explain exits 3 and names the Service when it has no usable endpoint', async () => {
  const { status, stdout } = await runCommand(['explain', 'GET', 'http://void.test/', ...manifests])
  expect(status).toBe(3)
  expect(stdout).toMatch(/503/)
  expect(stdout).toContain('default/empty')
})

test.concurrent('explain exits 3 for a URL that the traffic ports would answer with 400', async () => {
  const { status, stdout } = await runCommand(['explain', 'GET', 'http://shop.test/a//../b', ...manifests])
  expect(status).toBe(3)
  expect(stdout).toMatch(/400/)
})

test.concurrent('explain uses the canonical path, as traffic does', async () => {
  const { stdout } = await runCommand([
    'explain',
    'GET',
    'http://shop.test/x/%2e%2e/c%61rt',
    ...manifests,
    '--output',
    'json',
  ])
  expect(JSON.parse(stdout)).toMatchObject({ routed: true, service: { name: 'cart' } })
})

for (const [title, args, named] of [
  ['an unknown option', ['check', '--no-such-option', 'x'], '--no-such-option'],
  ['an unknown command', ['chekc'], 'chekc'],
  ['no command', [], 'serve'],
  ['a port out of range', ['serve', '--http-port', '70000'], '--http-port'],
  ['a port that is no number', ['serve', '--admin-port', 'ten'], '--admin-port'],
  ['a word outside the choices', ['check', '--log-level', 'loud'], '--log-level'],
  ['a mode of another version', ['serve', '--mode', 'nginx'], '--mode'],
  ['a data plane that there is none of', ['serve', '--data-plane', 'nginx'], '--data-plane'],
  ['a bad Service name', ['check', '--default-backend-service', 'web'], '--default-backend-service'],
  ['a bad header', ['explain', 'GET', 'http://a.test/', '--header', 'nocolon'], '--header'],
  ['a bad network', ['serve', '--trusted-proxies', '10.0.0.0/99'], '--trusted-proxies'],
  ['an option without its value', ['check', '--manifests'], '--manifests'],
  ['an option of another command', ['check', '--http-port', '80'], '--http-port'],
  ['an argument too few', ['explain', 'GET'], 'url'],
] as const) {
  test.concurrent(`${title} is a usage error: exit 2 and a message that names it`, async () => {
    const { status, stdout, stderr } = await runCommand(args, { INGRESSKIT_MANIFESTS: folder.path })
    expect([status, stdout, stderr]).toEqual([2, '', expect.stringContaining(named)])
    expect(stderr).not.toMatch(/\n\s+at /)
  })
}

test.concurrent('a bad value in the environment is a usage error that names the variable or option', async () => {
  const { status, stderr } = await runCommand(['check', ...manifests], { INGRESSKIT_LOG_LEVEL: 'loud' })
  expect(status).toBe(2)
  expect(stderr).toMatch(/INGRESSKIT_LOG_LEVEL|--log-level/)
})

test.concurrent('a config file that is missing, broken or wrong is a usage error that names file and option', async () => {
  const cases = [
    ['absent.yaml', undefined, /absent\.yaml/],
    ['broken.yaml', 'a: [b', /broken\.yaml/],
    ['list.yaml', '- a', /list\.yaml/],
    ['unknown.yaml', 'no-such-option: 1', /no-such-option/],
    ['value.yaml', 'log-level: loud', /log-level/],
    ['type.yaml', 'ingress-class: {a: b}', /ingress-class/],
  ] as const
  const configs = await manifestFolder()
  await Promise.all(
    cases.map(async ([file, content, message]) => {
      if (content !== undefined) await configs.write(file, content)
      const { status, stderr } = await runCommand(['check', ...manifests, '--config', join(configs.path, file)])
      expect([file, status]).toEqual([file, 2])
      expect(stderr).toMatch(message)
    }),
  )
})

test.concurrent('an option that no object has is unknown in a config file even when every JavaScript object has it', async () => {
  const configs = await manifestFolder({ 'proto.yaml': '__proto__: {log-level: silent}' })
  const { status, stderr } = await runCommand(['check', ...manifests, '--config', join(configs.path, 'proto.yaml')])
  expect([status, stderr]).toEqual([2, expect.stringContaining('__proto__')])
})

test.concurrent('a flag beats the environment, which beats the config file', async () => {
  const classes = await manifestFolder({
    'a.yaml': ['flag', 'environment', 'file', 'ingresskit'].flatMap((name, index) => [
      ...service(`${name}-web`, [7100 + index]),
      ingress({ name, host: 'class.test', paths: [{ service: `${name}-web` }], className: name }),
    ]),
  })
  const config = await manifestFolder({ 'config.yaml': 'ingress-class: file\noutput: json' })
  const command = ['explain', 'GET', 'http://class.test/', '--manifests', classes.path]
  const fromFile = ['--config', join(config.path, 'config.yaml')]
  const fromEnvironment = { INGRESSKIT_INGRESS_CLASS: 'environment' }
  const results = await Promise.all([
    runCommand([...command, ...fromFile, '--ingress-class', 'flag'], fromEnvironment),
    runCommand([...command, ...fromFile], fromEnvironment),
    runCommand([...command, ...fromFile]),
    runCommand([...command, '--output', 'json']),
  ])
  const services = results.map(({ stdout }) => (JSON.parse(stdout) as Explained).service?.name)
  expect(services).toEqual(['flag-web', 'environment-web', 'file-web', 'ingresskit-web'])
})

test.concurrent('--help exits 0 with examples, for the command and each of its commands', async () => {
  const all = [['--help'], ...['serve', 'check', 'explain', 'demo'].map(name => [name, '--help'])]
  for (const result of await Promise.all(all.map(args => runCommand(args)))) {
    expect([result.status, result.stderr]).toEqual([0, ''])
    expect(result.stdout).toMatch(/Examples:\n {2}\$ .*ingresskit /)
  }
})
