/** Runs a command-line tool of the workspace and collects what it says. */
import { spawn } from 'node:child_process'
import { delimiter, join } from 'node:path'
import { repositoryRoot } from './repository-files.ts'

/** How a tool ended. */
export interface ToolResult {
  /** Exit status; 127 when the tool could not be started, 1 when a signal ended it. */
  readonly status: number
  /** Standard output and standard error as they came, interleaved. */
  readonly output: string
}

/**
 * Runs `command` at the repository's root with the workspace's tools first in the search path and no input.
 *
 * Never rejects: a tool that is missing is a result with status 127.
 */
export const runTool = (command: string, args: readonly string[]): Promise<ToolResult> =>
  new Promise(resolve => {
    const tool = spawn(command, args, {
      cwd: repositoryRoot,
      env: toolEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const chunks: string[] = []
    tool.stdout.setEncoding('utf8').on('data', (chunk: string) => chunks.push(chunk))
    tool.stderr.setEncoding('utf8').on('data', (chunk: string) => chunks.push(chunk))
    tool.on('error', error => resolve({ status: 127, output: error.message }))
    tool.on('close', status => resolve({ status: status ?? 1, output: chunks.join('') }))
  })

const toolEnvironment = (): NodeJS.ProcessEnv => ({
  ...process.env,
  PATH: [join(repositoryRoot, 'node_modules/.bin'), process.env['PATH']].join(delimiter),
  TURBO_TELEMETRY_DISABLED: '1',
})
