import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cpus, release, totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { Results } from './results.ts'

/** Where and with what a run is made. */
export function environment(): Pick<Results, 'date' | 'commit' | 'machine' | 'versions'> {
  const [cpu] = cpus()
  const isChanged = said('git', ['status', '--porcelain']) !== ''
  return {
    date: new Date().toISOString().slice(0, 16),
    commit: `${said('git', ['rev-parse', '--short', 'HEAD'])}${isChanged ? '+' : ''}`,
    machine: {
      cpu: (cpu?.model ?? 'unknown').trim(),
      cores: cpus().length,
      memoryGiB: Math.round(totalmem() / 2 ** 30),
      kernel: release(),
    },
    versions: {
      node: process.versions.node,
      nginx: /nginx\/([\d.]+)/.exec(said('nginx', ['-v']))?.[1] ?? '',
      haproxy: /version ([\d.]+)/.exec(said('haproxy', ['-v']))?.[1] ?? '',
      'http-proxy-3': packageVersion('http-proxy-3'),
      undici: packageVersion('undici'),
    },
  }
}

/** Both its outputs, since nginx tells its version on standard error; empty when it fails. */
function said(command: string, args: readonly string[]): string {
  try {
    return execFileSync('bash', ['-c', '"$@" 2>&1', 'bash', command, ...args], { encoding: 'utf8' }).trim()
  } catch {
    return ''
  }
}

function packageVersion(name: string): string {
  const file = fileURLToPath(new URL(`../../node_modules/${name}/package.json`, import.meta.url))
  return (JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string }).version
}
