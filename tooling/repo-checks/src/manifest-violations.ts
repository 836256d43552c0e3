/** The rules for a library's package.json, so that every package installs, resolves and reads the same way. */
import type { WorkspacePackage } from './workspace-package.ts'

const installScripts = ['preinstall', 'install', 'postinstall', 'prepare', 'preprepare', 'postprepare', 'prepublish']
const exactVersion = /^\d+\.\d+\.\d+(?:-[\w.]+)?$/u

// The order of conditions decides which one is taken, so exports are compared as text.
const sourceExports = {
  '.': { '@ingresskit/source': './src/index.ts', types: './dist/index.d.ts', default: './dist/index.js' },
  './package.json': './package.json',
}
const publishedExports = {
  '.': { types: './dist/index.d.ts', default: './dist/index.js' },
  './package.json': './package.json',
}

/** What is wrong with a library's manifest: one sentence per fault, naming the field and what it must be. */
export const libraryManifestViolations = ({ path, folder, manifest }: WorkspacePackage): readonly string[] => {
  const expected: readonly (readonly [field: string, actual: unknown, wanted: unknown])[] = [
    ['name', manifest.name, `@ingresskit/${folder}`],
    ['license', manifest.license, 'Apache-2.0'],
    ['type', manifest.type, 'module'],
    ['sideEffects', manifest.sideEffects, false],
    ['main', manifest.main, undefined],
    ['private', manifest.private, undefined],
    ['engines', manifest.engines, { node: '>=24' }],
    ['exports', manifest.exports, sourceExports],
    ['publishConfig.access', manifest.publishConfig?.access, 'public'],
    ['publishConfig.exports', manifest.publishConfig?.exports, publishedExports],
  ]
  const wrong = expected
    .filter(([, actual, wanted]) => JSON.stringify(actual) !== JSON.stringify(wanted))
    .map(([field, actual, wanted]) => `${path}/package.json: "${field}" is ${show(actual)}, must be ${show(wanted)}`)
  const missingFiles = ['dist', 'src', '!src/**/*.test.ts']
    .filter(entry => manifest.files?.includes(entry) !== true)
    .map(entry => `${path}/package.json: "files" lacks "${entry}"`)
  return [...wrong, ...missingFiles, ...descriptionViolations(path, manifest.description)]
}

/** Faults that no package of the workspace may have, private ones included: loose versions and install scripts. */
export const commonManifestViolations = ({ path, manifest }: WorkspacePackage): readonly string[] => {
  const declared = Object.entries({
    ...manifest.dependencies,
    ...manifest.devDependencies,
    ...manifest.optionalDependencies,
  })
  const loose = declared
    .filter(([, range]) => !exactVersion.test(range) && range !== 'workspace:*' && range !== 'catalog:')
    .map(
      ([name, range]) =>
        `${path}/package.json: "${name}": "${range}" must be an exact version, catalog: or workspace:*`,
    )
  const scripts = installScripts
    .filter(name => manifest.scripts?.[name] !== undefined)
    .map(name => `${path}/package.json: script "${name}" runs on install; a clone installs with Node and pnpm only`)
  return [
    ...loose,
    ...scripts,
    ...(manifest.description === undefined ? [`${path}/package.json: no "description"`] : []),
  ]
}

const descriptionViolations = (path: string, description = ''): readonly string[] =>
  description.length >= 20 && description.length <= 140
    ? []
    : [
        `${path}/package.json: "description" has ${description.length} characters; one sentence of 20 to 140 goes in the README map`,
      ]

const show = (value: unknown): string => (value === undefined ? 'absent' : JSON.stringify(value))
