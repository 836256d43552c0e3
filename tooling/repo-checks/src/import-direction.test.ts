import { describe, expect, it } from 'vitest'
import { allowedImports, importViolation, isDevOnly, purePackages } from './import-direction.ts'
import { importSpecifiers } from './import-specifiers.ts'
import { readRepositoryFile, repositoryFiles } from './repository-files.ts'
import { workspacePackages, type WorkspacePackage } from './workspace-package.ts'

const packages = workspacePackages()
// An app may have another one built before it, to start it as a process; importing it stays refused.
const isApp = (name: string): boolean =>
  packages.some(({ area, manifest }) => area === 'apps' && manifest.name === name)
const isSource = (file: string): boolean => file.endsWith('.ts')

describe('the import direction of docs/architecture.md', () => {
  it('holds for every import in every source file', () => {
    const files = repositoryFiles().filter(isSource)
    const violations = packages.flatMap(owner =>
      files
        .filter(file => file.startsWith(`${owner.path}/`))
        .flatMap(file => importSpecifiers(readRepositoryFile(file)).map(specifier => ({ file, specifier })))
        .flatMap(seen => importViolation(owner, seen, packages) ?? []),
    )
    expect(violations).toEqual([])
  })

  it('holds for the dependencies that manifests declare', () => {
    const violations = packages.flatMap(owner => {
      const { dependencies = {}, peerDependencies = {}, devDependencies = {} } = owner.manifest
      const shipped = Object.keys({ ...dependencies, ...peerDependencies }).map(specifier => ({
        file: `${owner.path}/package.json`,
        specifier,
      }))
      const devOnly = Object.keys(devDependencies)
        .filter(name => !(owner.area === 'apps' && isApp(name)))
        .map(specifier => ({ file: `${owner.path}/test/-`, specifier }))
      return [...shipped, ...devOnly].flatMap(seen => importViolation(owner, seen, packages) ?? [])
    })
    expect(violations).toEqual([])
  })

  it('knows every library, and compiles the pure ones without Node types', () => {
    const libraries = packages.filter(({ area }) => area === 'packages')
    expect(libraries.map(({ folder }) => folder).filter(folder => !(folder in allowedImports))).toEqual([])
    const pureBySettings = libraries
      .filter(({ path }) => readRepositoryFile(`${path}/tsconfig.json`).includes('tooling/tsconfig/pure.json'))
      .map(({ folder }) => folder)
    const pureByTable = libraries.map(({ folder }) => folder).filter(folder => purePackages.has(folder))
    expect(pureBySettings).toEqual(pureByTable)
  })
})

describe('importViolation()', () => {
  const library = (folder: string): WorkspacePackage => ({
    area: 'packages',
    folder,
    path: `packages/${folder}`,
    manifest: { name: `@ingresskit/${folder}` },
  })
  const proxy = library('proxy')
  const matcher = library('rule-matcher')
  const policies = library('traffic-policies')
  const app: WorkspacePackage = {
    area: 'apps',
    folder: 'controller',
    path: 'apps/controller',
    manifest: { name: '@ingresskit/controller' },
  }
  const testkit: WorkspacePackage = {
    area: 'tooling',
    folder: 'testkit',
    path: 'tooling/testkit',
    manifest: { name: '@ingresskit/testkit' },
  }
  const known = [proxy, matcher, app, testkit]
  const check = (owner: WorkspacePackage, file: string, specifier: string): string | undefined =>
    importViolation(owner, { file: `${owner.path}/${file}`, specifier }, known)

  it.each([
    ['a sibling that is not in the table', proxy, 'src/a.ts', '@ingresskit/rule-matcher', 'only: http-wire'],
    ['an app from a library', proxy, 'src/a.test.ts', '@ingresskit/controller', 'nothing imports an app'],
    ['tooling from shipped code', proxy, 'src/a.ts', '@ingresskit/testkit', 'only tests'],
    ['a file of another package', proxy, 'src/a.ts', '../../rule-matcher/src/rule.ts', 'leaves its package'],
    ['a node: module from a pure package', matcher, 'src/a.ts', 'node:fs', 'is pure'],
    ['an npm package from a pure package', matcher, 'src/a.ts', 'yaml', 'is pure'],
    ["another pure package's npm package", matcher, 'src/a.ts', 're2js', 'is pure'],
    ['an npm package that is not in the table', policies, 'src/a.ts', 'yaml', 'only: bcp-47-match, bowser'],
    ['a name that only begins like one', policies, 'src/a.ts', 're2js-extras', 'may import from npm only'],
    ['a node: module from a pure package with npm packages', policies, 'src/a.ts', 'node:net', 'are arguments'],
    ['one of ours from an unknown library', library('new'), 'src/a.ts', '@ingresskit/proxy', 'add it'],
  ])('refuses %s', (_, owner, file, specifier, reason) => {
    expect(check(owner, file, specifier)).toContain(reason)
  })

  it.each([
    ['its own files', proxy, 'src/a.ts', './b.ts'],
    ['itself by name, as examples do', proxy, 'examples/a.ts', '@ingresskit/proxy'],
    ['tooling from a test', matcher, 'src/a.test.ts', '@ingresskit/testkit'],
    ['a test runner from a test of a pure package', matcher, 'src/a.test.ts', 'vitest'],
    ['an npm package that the table names for it', policies, 'src/a.ts', 're2js'],
    ['a package from an app', app, 'src/a.ts', '@ingresskit/proxy'],
    ['node: modules from a package that does I/O', proxy, 'src/a.ts', 'node:net'],
  ])('allows %s', (_, owner, file, specifier) => {
    expect(check(owner, file, specifier)).toBeUndefined()
  })

  it('takes only test and example files as not shipped', () => {
    expect(['packages/a/src/b.test.ts', 'packages/a/test/c.ts', 'packages/a/examples/d.ts'].every(isDevOnly)).toBe(true)
    expect(['packages/a/src/b.ts', 'packages/a/src/test/c.ts'].some(isDevOnly)).toBe(false)
  })
})
