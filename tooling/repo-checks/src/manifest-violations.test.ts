import { describe, expect, it } from 'vitest'
import { commonManifestViolations, libraryManifestViolations } from './manifest-violations.ts'
import { readRepositoryFile } from './repository-files.ts'
import { workspacePackages, type Manifest, type WorkspacePackage } from './workspace-package.ts'

interface TsConfig {
  readonly references?: readonly { readonly path: string }[]
}

const packages = workspacePackages()
const libraries = packages.filter(({ area }) => area === 'packages')

describe('package manifests', () => {
  it('of libraries all have the same shape', () => {
    expect(libraries.flatMap(libraryManifestViolations)).toEqual([])
  })

  it('pin what they depend on and run nothing on install', () => {
    expect(packages.flatMap(commonManifestViolations)).toEqual([])
  })

  it('stand beside a tsconfig.json that references the libraries they depend on, so that tsc -b builds those first', () => {
    const missing = libraries.flatMap(({ path, manifest }) => {
      const { references = [] } = JSON.parse(readRepositoryFile(`${path}/tsconfig.json`)) as TsConfig
      const wanted = libraries.filter(
        other => other.manifest.name !== undefined && other.manifest.name in (manifest.dependencies ?? {}),
      )
      return wanted
        .filter(other => !references.some(reference => reference.path.endsWith(`/${other.folder}`)))
        .map(other => `${path}/tsconfig.json: "references" lacks { "path": "../${other.folder}" }`)
    })
    expect(missing).toEqual([])
  })
})

describe('manifest rules', () => {
  const [sample] = libraries
  const changed = (change: Manifest): WorkspacePackage => {
    if (sample === undefined) throw new Error('the workspace has no library')
    return { ...sample, manifest: { ...sample.manifest, ...change } }
  }

  it.each<[Manifest, string]>([
    [{ name: '@ingresskit/other' }, '"name"'],
    [{ license: 'MIT' }, '"license"'],
    [{ sideEffects: true }, '"sideEffects"'],
    [{ engines: { node: '>=20' } }, '"engines"'],
    [{ exports: './dist/index.js' }, '"exports"'],
    [{ main: './dist/index.js' }, '"main"'],
    [{ files: ['dist'] }, '"files" lacks "src"'],
    [{ description: 'short' }, '"description"'],
  ])('name the wrong field: %j', (change, field) => {
    expect(libraryManifestViolations(changed(change)).join('\n')).toContain(field)
  })

  it.each<[Manifest, string]>([
    [{ dependencies: { yaml: '^2.0.0' } }, '"yaml": "^2.0.0"'],
    [{ scripts: { postinstall: 'node setup.js' } }, 'script "postinstall"'],
  ])('refuse %j in any package', (change, text) => {
    expect(commonManifestViolations(changed(change)).join('\n')).toContain(text)
  })
})
