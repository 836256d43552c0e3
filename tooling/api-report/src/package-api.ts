/** Describes the public API of one built package with api-extractor, and what is wrong with it. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Extractor, ExtractorConfig, ExtractorLogLevel, type ExtractorMessage } from '@microsoft/api-extractor'

/** The public API of a package, as its declaration files have it. */
export interface PackageApi {
  /** The report in Markdown: every public declaration, sorted. */
  readonly report: string
  /** Faults of the API itself: what lacks a doc comment, and types that callers meet but cannot import. */
  readonly problems: readonly string[]
}

/**
 * Reads `dist/index.d.ts` of the package in `folder` (absolute path). Throws when it was not built, or does not compile.
 *
 * Writes only to a temporary folder, which is removed. A second or two per package.
 */
export const packageApi = (folder: string, name: string): PackageApi => {
  const workFolder = mkdtempSync(join(tmpdir(), 'ingresskit-api-'))
  try {
    return extract(folder, name, workFolder)
  } finally {
    rmSync(workFolder, { recursive: true, force: true })
  }
}

const extract = (folder: string, name: string, workFolder: string): PackageApi => {
  mkdirSync(join(workFolder, 'report'))
  const problems: string[] = []
  Extractor.invoke(configuration(folder, name, workFolder), {
    localBuild: true,
    messageCallback: message => {
      message.handled = true
      if (message.logLevel === ExtractorLogLevel.Error && !saysItself(message)) problems.push(sentence(folder, message))
    },
  })
  return { report: readFileSync(join(workFolder, `report/${name}.api.md`), 'utf8'), problems }
}

const configuration = (folder: string, name: string, workFolder: string): ExtractorConfig =>
  ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: join(folder, 'package.json'),
    configObject: {
      projectFolder: folder,
      mainEntryPointFilePath: join(folder, 'dist/index.d.ts'),
      compiler: { overrideTsconfig: compilerSettings(folder) },
      apiReport: {
        enabled: true,
        reportFileName: `${name}.api.md`,
        reportFolder: join(workFolder, 'report'),
        reportTempFolder: workFolder,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Error } },
        extractorMessageReporting: {
          default: { logLevel: ExtractorLogLevel.None },
          'ae-undocumented': { logLevel: ExtractorLogLevel.Error },
          'ae-forgotten-export': { logLevel: ExtractorLogLevel.Error },
          'ae-unresolved-inheritdoc-reference': { logLevel: ExtractorLogLevel.Error },
          'ae-wrong-input-file-type': { logLevel: ExtractorLogLevel.Error },
        },
        tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
      },
    },
  })

// Plain consumer settings: without the source condition, the packages are read as npm users get them.
const compilerSettings = (folder: string): object => ({
  compilerOptions: {
    target: 'es2024',
    lib: ['es2024', 'esnext.disposable'],
    module: 'nodenext',
    moduleResolution: 'nodenext',
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: true,
    noEmit: true,
    types: ['node'],
    typeRoots: [join(import.meta.dirname, '../../../node_modules/@types')],
  },
  files: [join(folder, 'dist/index.d.ts')],
})

// A discriminator and an index signature have nothing to add to what their type documents.
const saysItself = ({ messageId, text }: ExtractorMessage): boolean =>
  messageId === 'ae-undocumented' && /"(?:kind|__index)"/u.test(text)

const sentence = (folder: string, { sourceFilePath, sourceFileLine, messageId, text }: ExtractorMessage): string => {
  const where =
    sourceFilePath === undefined ? folder : sourceFilePath.replace('/dist/', '/src/').replace(/\.d\.ts$/u, '.ts')
  const line = sourceFilePath?.endsWith('.d.ts') === true || sourceFileLine === undefined ? '' : `:${sourceFileLine}`
  return `${where.slice(folder.length + 1)}${line}: ${text} (${messageId})`
}
