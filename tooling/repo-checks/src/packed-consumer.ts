/** A program of somebody else, which imports the packed packages and checks every type they bring. */
import { mkdirSync, readdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { repositoryRoot } from './repository-files.ts'
import { runTool } from './run-tool.ts'
import type { WorkspacePackage } from './workspace-package.ts'

/** What was packed, and where. */
export interface PackedPackages {
  /** Folder that holds the tarballs; the consumer is made inside it. */
  readonly folder: string
  readonly tarballs: readonly string[]
  readonly packages: readonly WorkspacePackage[]
}

/** Compilers a consumer may have: the workspace's own, and the last one written in JavaScript. */
const compilers = ['node_modules/typescript/bin/tsc', 'tooling/api-report/node_modules/typescript/bin/tsc'] as const

/** Compiles the consumer without the packages' sources, `skipLibCheck: false`; the compiler's complaints, if any. */
export const consumerProblems = async ({ folder, tarballs, packages }: PackedPackages): Promise<readonly string[]> => {
  const consumer = join(folder, 'consumer')
  for (const tarball of tarballs) {
    const installed = join(consumer, 'node_modules/@ingresskit', packageFolder(tarball))
    mkdirSync(installed, { recursive: true })
    await runTool('tar', [
      '-xzf',
      join(folder, tarball),
      '-C',
      installed,
      '--strip-components=1',
      '--exclude=package/src',
    ])
  }
  for (const { path, manifest } of packages) linkDependencies(consumer, path, Object.keys(manifest.dependencies ?? {}))
  link(join(repositoryRoot, 'node_modules/@types/node'), join(consumer, 'node_modules/@types/node'))
  writeConsumer(consumer, packages)
  const results = await Promise.all(
    compilers.map(async compiler => ({
      compiler,
      ...(await runTool(process.execPath, [join(repositoryRoot, compiler), '-p', consumer])),
    })),
  )
  return results
    .filter(({ status }) => status !== 0)
    .map(({ compiler, output }) => `a consumer of the tarballs does not compile with ${compiler}:\n${output}`)
}

const packageFolder = (tarball: string): string =>
  tarball.replace(/^ingresskit-/u, '').replace(/-\d+\.\d+\.\d+.*$/u, '')

const linkDependencies = (consumer: string, path: string, names: readonly string[]): void => {
  for (const name of names.filter(candidate => !candidate.startsWith('@ingresskit/'))) {
    link(join(repositoryRoot, path, 'node_modules', name), join(consumer, 'node_modules', name))
  }
}

const link = (from: string, to: string): void => {
  mkdirSync(dirname(to), { recursive: true })
  if (!readdirSync(dirname(to)).includes(to.slice(dirname(to).length + 1))) symlinkSync(realpathSync(from), to)
}

const writeConsumer = (consumer: string, packages: readonly WorkspacePackage[]): void => {
  const names = packages.flatMap(({ manifest }) => manifest.name ?? [])
  const imports = names.map((name, index) => `import * as package${index} from '${name}'`)
  const uses = `export const all: readonly object[] = [${names.map((_, index) => `package${index}`).join(', ')}]`
  writeFileSync(join(consumer, 'consumer.ts'), [...imports, uses, ''].join('\n'))
  writeFileSync(join(consumer, 'package.json'), JSON.stringify({ type: 'module', private: true }))
  const compilerOptions = {
    target: 'es2024',
    lib: ['es2024', 'esnext.disposable'],
    module: 'nodenext',
    moduleResolution: 'nodenext',
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    noEmit: true,
    types: ['node'],
  }
  writeFileSync(join(consumer, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['consumer.ts'] }))
}
