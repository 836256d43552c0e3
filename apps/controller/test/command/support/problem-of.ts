/** The problems of a running server and of `check`. */

import { askJson } from './http-client.ts'
import { runCommand } from './ingresskit-process.ts'

/** As the contract has it. */
export interface ProblemView {
  readonly severity: string
  readonly reason: string
  readonly kind: string
  readonly namespace: string
  readonly name: string
  readonly file: string
  readonly field: string
  readonly message: string
}

/** `/api/v1/problems`. */
export async function problemsOf(admin: number): Promise<readonly ProblemView[]> {
  const answer = await askJson<unknown>(admin, '/api/v1/problems')
  if (!Array.isArray(answer)) throw new Error(`/api/v1/problems is not an array: ${JSON.stringify(answer)}`)
  return answer as readonly ProblemView[]
}

/** The lines of `check` that are not blank, and its exit status. */
export async function checkLines(
  manifests: string,
): Promise<{ readonly status: number | undefined; readonly lines: readonly string[] }> {
  const { status, stdout } = await runCommand(['check', '--manifests', manifests])
  return { status, lines: stdout.split('\n').filter(line => line.trim() !== '') }
}
