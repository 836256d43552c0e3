import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Programs that the benchmark starts, and the packages of Debian that hold them. */
const packages = {
  nginx: 'nginx-light',
  haproxy: 'haproxy',
  wrk: 'wrk',
  openssl: 'openssl',
  taskset: 'util-linux',
  setpriv: 'util-linux',
} as const

/** One line for each that no folder of this search path holds, with its package. */
export function missingPrograms(searchPath: string): string[] {
  const folders = searchPath.split(delimiter)
  return Object.entries(packages)
    .filter(([program]) => !folders.some(folder => isExecutable(join(folder, program))))
    .map(([program, name]) => `${program} is missing; it is in Debian's package ${name}`)
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
