/** Renders the Helm chart with the template engine of Helm: `chart-renderer/*.go`, built once for each test file. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ManifestObject, parseManifests } from './manifest-object.ts'
import { repositoryPath } from './repository-folder.ts'

/** Folder of the chart. */
export const chartFolder: string = repositoryPath('deploy/helm/ingresskit')

const goPath = '/usr/share/gocode'
const goLibraries = ['github.com/Masterminds/sprig', 'sigs.k8s.io/yaml', 'github.com/xeipuuv/gojsonschema']

/** Why charts cannot be rendered on this machine, with the remedy; `undefined` when they can. */
export const rendererMissing: string | undefined = missing()

/** What is rendered. */
export interface ChartInput {
  /** Names of files in `deploy/helm/values`, without the ending; a later one beats an earlier one. */
  readonly valuesFiles?: readonly string[]
  /** Beats the files. */
  readonly values?: object
  /** Default `ingresskit`. */
  readonly release?: string
  /** Default `ingresskit`. */
  readonly namespace?: string
  /** What numbers are in templates, which differs between versions of Helm. Default `float`. */
  readonly numbers?: 'float' | 'exact'
}

/** What comes out. */
export interface RenderedChart {
  readonly objects: readonly ManifestObject[]
  readonly notes: string
}

/** A renderer of its own; `close` removes it. */
export interface ChartRenderer {
  /** Throws what Helm would say: a violation of the schema, a template's `fail`, bad YAML. */
  render(input?: ChartInput): RenderedChart
  close(): void
}

/** Builds the renderer: some 2 s the first time, then from Go's cache. */
export function chartRenderer(): ChartRenderer {
  const folder = mkdtempSync(join(tmpdir(), 'chart-renderer-'))
  const program = join(folder, 'render')
  // Outside of modules, so that Debian's copies of the libraries are used and nothing is downloaded.
  const environment = { ...process.env, GO111MODULE: 'off', GOPATH: goPath, GOFLAGS: '', CGO_ENABLED: '0' }
  const source = repositoryPath('tooling/deploy-tests/chart-renderer')
  execFileSync('go', ['build', '-o', program, '.'], { cwd: source, env: environment })
  return {
    render: (input = {}) => {
      const { manifests, notes } = JSON.parse(run(program, input)) as {
        readonly manifests: Readonly<Record<string, string>>
        readonly notes: string
      }
      return { objects: Object.values(manifests).flatMap(parseManifests), notes }
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  }
}

function run(program: string, input: ChartInput): string {
  const files = (input.valuesFiles ?? []).flatMap(name => [
    '-values',
    repositoryPath('deploy/helm/values', `${name}.yaml`),
  ])
  try {
    return execFileSync(
      program,
      [
        `-release=${input.release ?? 'ingresskit'}`,
        `-namespace=${input.namespace ?? 'ingresskit'}`,
        `-numbers=${input.numbers ?? 'float'}`,
        `-set-json=${JSON.stringify(input.values ?? {})}`,
        ...files,
        chartFolder,
      ],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
    )
  } catch (error) {
    const { stderr } = error as { readonly stderr?: string }
    throw new Error(stderr ?? String(error), { cause: error })
  }
}

function missing(): string | undefined {
  const remedy =
    'apt-get install golang-go golang-github-masterminds-sprig-dev golang-k8s-sigs-yaml-dev golang-github-xeipuuv-gojsonschema-dev'
  try {
    execFileSync('go', ['version'], { stdio: 'ignore' })
  } catch {
    return `there is no go: ${remedy}`
  }
  const library = goLibraries.find(name => !existsSync(join(goPath, 'src', name)))
  return library === undefined ? undefined : `there is no ${library}: ${remedy}`
}
