import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder for everything that a run writes beside its results. It is gone when this process ends, SIGINT and SIGTERM included. */
export function makeRunFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ingresskit-bench-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  // Ending by process.exit runs the handlers of 'exit', this one and the one that ends child processes.
  process.once('SIGINT', () => process.exit(130))
  process.once('SIGTERM', () => process.exit(143))
  return folder
}
