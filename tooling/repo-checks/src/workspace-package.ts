/** The packages of this workspace, with their manifests as they are on disk. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { readRepositoryFile, repositoryRoot } from './repository-files.ts'

/** The fields of a package.json that the checks look at; anything may be missing. */
export interface Manifest {
  readonly name?: string
  readonly description?: string
  readonly private?: boolean
  readonly license?: string
  readonly type?: string
  readonly sideEffects?: boolean
  readonly main?: string
  readonly engines?: Readonly<Record<string, string>>
  readonly files?: readonly string[]
  readonly exports?: unknown
  readonly publishConfig?: { readonly access?: string; readonly exports?: unknown }
  readonly scripts?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

/** One workspace package. */
export interface WorkspacePackage {
  /** Top folder it lives in; says what may import it. */
  readonly area: 'packages' | 'apps' | 'tooling' | 'examples'
  /** Its own folder name, e.g. `rule-matcher`. */
  readonly folder: string
  /** `area/folder`, relative to the root. */
  readonly path: string
  readonly manifest: Manifest
}

const areas = ['packages', 'apps', 'tooling', 'examples'] as const

/** All packages, by area and then by folder name. A folder without a package.json is not a package. */
export const workspacePackages = (): readonly WorkspacePackage[] =>
  areas.filter(area => existsSync(join(repositoryRoot, area))).flatMap(area => packagesIn(area))

const packagesIn = (area: WorkspacePackage['area']): readonly WorkspacePackage[] =>
  readdirSync(join(repositoryRoot, area))
    .filter(folder => existsSync(join(repositoryRoot, area, folder, 'package.json')))
    .toSorted()
    .map(folder => {
      const path = `${area}/${folder}`
      return { area, folder, path, manifest: JSON.parse(readRepositoryFile(`${path}/package.json`)) as Manifest }
    })
