/** The import direction of docs/architecture.md: which of our packages may import which. */
import type { WorkspacePackage } from './workspace-package.ts'

/** One import seen in a file. */
export interface SeenImport {
  /** Path of the importing file, relative to the root. */
  readonly file: string
  readonly specifier: string
}

/** What each library may import of ours. A library that is not listed here fails the check. */
export const allowedImports: Readonly<Record<string, readonly string[]>> = {
  'rule-matcher': [],
  'load-balancing': [],
  'traffic-policies': [],
  'tls-store': [],
  'http-wire': [],
  'kubernetes-watch': [],
  'endpoint-watcher': ['kubernetes-watch'],
  'ingress-translator': ['rule-matcher', 'traffic-policies', 'load-balancing'],
  proxy: ['http-wire'],
}

/**
 * Libraries that touch no clock, socket, file or process, and what each may import from npm: packages that touch none either.
 * They import no `node:` module.
 */
export const purePackages: ReadonlyMap<string, readonly string[]> = new Map([
  ['rule-matcher', []],
  ['load-balancing', []],
  // docs/adr/0014-conditions-on-content-are-a-package-of-their-own.md
  ['traffic-policies', ['bcp-47-match', 'bowser', 'isbot', 'negotiator', 're2js']],
  ['ingress-translator', []],
])

/**
 * What is wrong with one import, as a sentence with the remedy; `undefined` when it is allowed.
 *
 * @param owner - package the importing file belongs to
 * @param packages - every package of the workspace
 */
export const importViolation = (
  owner: WorkspacePackage,
  seen: SeenImport,
  packages: readonly WorkspacePackage[],
): string | undefined => {
  const { specifier, file } = seen
  const say = (reason: string): string => `${file} imports "${specifier}": ${reason}`
  if (specifier.startsWith('.')) {
    return leavesPackage(owner, seen)
      ? say("leaves its package; import by package name, through the other one's index.ts")
      : undefined
  }
  const target = packages.find(candidate => isOrIsUnder(specifier, candidate.manifest.name))
  if (target === undefined) return outsideViolation(owner, seen)
  if (target.path === owner.path) return undefined
  if (target.area === 'apps') return say('nothing imports an app; move what is shared into a package')
  if (owner.area !== 'packages') return undefined
  if (target.area === 'tooling') {
    return isDevOnly(file) ? undefined : say('only tests, test/ and examples/ may use tooling')
  }
  const allowed = allowedImports[owner.folder]
  if (allowed === undefined)
    return say(`${owner.path} is not in the table of tooling/repo-checks/src/import-direction.ts; add it`)
  return allowed.includes(target.folder)
    ? undefined
    : say(
        `${owner.folder} may import of ours only: ${allowed.join(', ') || 'nothing'}; take it as a structural type or a function`,
      )
}

/** True for files that are not published: tests, their helpers and examples. */
export const isDevOnly = (file: string): boolean =>
  /\.(?:test|test-d|bench)\.ts$|^[^/]+\/[^/]+\/(?:test|examples)\//u.test(file)

const outsideViolation = (owner: WorkspacePackage, { file, specifier }: SeenImport): string | undefined => {
  const pureImports = owner.area === 'packages' ? purePackages.get(owner.folder) : undefined
  if (pureImports === undefined || isDevOnly(file) || pureImports.some(name => isOrIsUnder(specifier, name)))
    return undefined
  return pureImports.length === 0 || specifier.startsWith('node:')
    ? `${file} imports "${specifier}": ${owner.folder} is pure; time, randomness and I/O are arguments`
    : `${file} imports "${specifier}": ${owner.folder} is pure and may import from npm only: ${pureImports.join(', ')}`
}

const leavesPackage = (owner: WorkspacePackage, { file, specifier }: SeenImport): boolean =>
  !new URL(specifier, `file:///${file}`).pathname.startsWith(`/${owner.path}/`)

const isOrIsUnder = (specifier: string, name: string | undefined): boolean =>
  name !== undefined && (specifier === name || specifier.startsWith(`${name}/`))
