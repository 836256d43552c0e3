import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { resolvedReason } from './event-of-problem.ts'

const root = join(import.meta.dirname, '../../../..')

/** Where the reasons of a package are a closed union: its members are all there are. */
const unions = [
  'packages/ingress-translator/src/problem.ts',
  'packages/endpoint-watcher/src/endpoint-problem.ts',
  'packages/tls-store/src/tls-secret.ts',
]
/** Where a reason is any text: what is written as one is found by how it is written. */
const folders = ['packages/kubernetes-watch/src', 'apps/controller/src']

const camelCase = "'([A-Z][a-z0-9]+(?:[A-Z][a-z0-9]*)+)'"
const unionMember = new RegExp(String.raw`^\s*\|\s*${camelCase}`, 'gm')
const written = [
  new RegExp(String.raw`\breason\b[^,;{}]*?${camelCase}`, 'g'),
  new RegExp(String.raw`[pP]roblem\(\s*${camelCase}`, 'g'),
]

function sourcesIn(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map(name => join(folder, name))
}

function found(file: string, patterns: readonly RegExp[]): readonly string[] {
  const text = readFileSync(join(root, file), 'utf8')
  return patterns.flatMap(pattern => [...text.matchAll(pattern)].flatMap(match => match.slice(1)))
}

function inSources(): ReadonlySet<string> {
  const closed = unions.flatMap(file => found(file, [unionMember]))
  const open = folders.flatMap(sourcesIn).flatMap(file => found(file, written))
  return new Set([...closed, ...open, resolvedReason])
}

function inGuide(): readonly string[] {
  const guide = readFileSync(join(root, 'docs/guides/events.md'), 'utf8')
  return [...guide.matchAll(/^\| `(\w+)` \|/gm)].flatMap(match => match.slice(1))
}

describe('the guide of events', () => {
  it('explains every reason that a problem can have, once, and no other', () => {
    expect(inGuide().toSorted()).toEqual([...inSources()].toSorted())
  })

  it('is held to reasons of every package, so that none is overlooked', () => {
    const reasons = inSources()
    for (const known of [
      'RuleConflict',
      'AddressRefused',
      'CertificateExpired',
      'ObjectInvalid',
      'WatchFailed',
      'SecretInvalid',
    ]) {
      expect(reasons).toContain(known)
    }
  })
})
