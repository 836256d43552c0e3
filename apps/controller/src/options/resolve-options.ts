import { readFileSync } from 'node:fs'
import { loadAll } from 'js-yaml'
import { z } from 'zod'
import type { OptionTable, OptionValues } from './option-definition.ts'
import { UsageError } from './usage-error.ts'

/** What an option may be set by, the strongest first: flags, environment, file. */
export interface OptionSources {
  /** As the command line parser gives them, by long flag name without dashes; absent when not given. */
  readonly flags: Readonly<Record<string, unknown>>
  /** `process.env`: `INGRESSKIT_HTTP_PORT` sets `--http-port`. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Path of the `--config` file, if one was given. */
  readonly file?: string
}

/**
 * Resolves every option of `table`: a flag beats the environment, which beats the file, which beats the default.
 *
 * The file may set options of other commands as well (`known`); anything else in it is an error.
 *
 * @throws UsageError naming the option, where its value came from and what it must be.
 */
export function resolveOptions<T extends OptionTable>(
  table: T,
  known: ReadonlySet<string>,
  sources: OptionSources,
): OptionValues<T> {
  const fromFile = sources.file === undefined ? {} : readOptionFile(sources.file, known)
  const values: Record<string, unknown> = {}
  for (const [name, definition] of Object.entries(table)) {
    const { value, origin } = choose(name, sources, fromFile)
    const parsed = definition.schema.safeParse(value)
    if (!parsed.success) throw new UsageError(`${origin}: ${explainIssue(parsed.error, value)}${serviceLink(value)}`)
    values[name] = parsed.data
  }
  return values as OptionValues<T>
}

/** The environment variable that sets an option: `http-port` → `INGRESSKIT_HTTP_PORT`. */
export function environmentName(option: string): string {
  return `INGRESSKIT_${option.replaceAll('-', '_').toUpperCase()}`
}

interface ChosenValue {
  readonly value: unknown
  readonly origin: string
}

function choose(name: string, sources: OptionSources, fromFile: Readonly<Record<string, unknown>>): ChosenValue {
  const flag = sources.flags[name]
  if (flag !== undefined) return { value: flag, origin: `--${name}` }
  const variable = environmentName(name)
  const environment = sources.environment[variable]
  if (environment !== undefined && environment !== '') return { value: environment, origin: variable }
  return { value: fromFile[name] ?? undefined, origin: `${name} in ${sources.file ?? 'the defaults'}` }
}

function readOptionFile(path: string, known: ReadonlySet<string>): Readonly<Record<string, unknown>> {
  let content: unknown
  try {
    // The first document; an empty file has none and sets nothing.
    content = loadAll(readFileSync(path, 'utf8'))[0]
  } catch (error) {
    throw new UsageError(`--config ${path}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    })
  }
  if (content === null || content === undefined) return {}
  const options = z.record(z.string(), z.unknown()).safeParse(content)
  if (!options.success) throw new UsageError(`--config ${path}: must be a map of option names to values`)
  const stranger = Object.keys(content).find(name => !known.has(name))
  if (stranger !== undefined) {
    throw new UsageError(
      `--config ${path}: there is no option ${JSON.stringify(stranger)}; write names as in --help, without the dashes`,
    )
  }
  return options.data
}

/** Kubernetes tells pods about a Service named ingresskit-http by a variable INGRESSKIT_HTTP_PORT, which looks like an option. */
function serviceLink(value: unknown): string {
  return typeof value === 'string' && /^(?:tcp|udp|sctp):\/\//u.test(value)
    ? '. Kubernetes sets such a variable for a Service: give the pod enableServiceLinks: false, or the Service another name'
    : ''
}

/** The messages of our own schemas ("must …") where there are some: a union also has one for each branch that failed. */
function explainIssue(error: z.ZodError, value: unknown): string {
  const outer = error.issues.map(({ message }) => message)
  const inner = error.issues.flatMap(issue =>
    issue.code === 'invalid_union' ? issue.errors.flat().map(({ message }) => message) : [],
  )
  const ours = [...outer, ...inner].filter(message => message.startsWith('must'))
  return `${JSON.stringify(value)}: ${[...new Set(ours.length > 0 ? ours : outer)].join('; ')}`
}
