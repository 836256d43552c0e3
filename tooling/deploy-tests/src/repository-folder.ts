import { join } from 'node:path'

/** Absolute path of a file or folder of this repository. */
export function repositoryPath(...parts: readonly string[]): string {
  return join(import.meta.dirname, '../../..', ...parts)
}
