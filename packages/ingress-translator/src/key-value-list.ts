import type { Parsed } from '@ingresskit/traffic-policies'
import { invalid, parsed } from './parsed.ts'
import { quoted } from './unknown-fields.ts'

/** Reads the value of one key. */
export type ValueReader<T> = (text: string) => Parsed<T>

/** For each property of `T`: the key that sets it, and how its value is read. */
export type KeyReaders<T> = {
  readonly [P in keyof T]-?: { readonly key: string; readonly read: ValueReader<NonNullable<T[P]>> }
}

// Far more than any list has keys; the text of all annotations is bounded by Kubernetes (256 KiB).
const maxEntries = 50

/**
 * Reads `key=value, key=value` into the properties that are set.
 *
 * White space around commas, keys and values means nothing. An unknown or repeated key, an entry without `=` and a bad value are invalid, and
 * the message names the key; the first mistake is the one reported.
 */
export function parseKeyValues<T>(text: string, readers: KeyReaders<T>): Parsed<Partial<T>> {
  const byKey = new Map<string, { readonly property: string; readonly read: ValueReader<unknown> }>()
  for (const [property, { key, read }] of Object.entries<KeyReaders<T>[keyof T]>(readers))
    byKey.set(key, { property, read })
  const keys = [...byKey.keys()].join(', ')
  const entries = text.split(',')
  if (entries.length > maxEntries) return invalid(`it has more than ${maxEntries} entries; shorten it`)
  const values = new Map<string, unknown>()
  for (const entry of entries) {
    const equals = entry.indexOf('=')
    if (equals < 0)
      return invalid(`${quoted(entry.trim())} is no key=value; use the keys ${keys}, with commas between them`)
    const key = entry.slice(0, equals).trim()
    const known = byKey.get(key)
    if (known === undefined) return invalid(`${quoted(key)} is no key of it; use ${keys}`)
    if (values.has(known.property)) return invalid(`${key} is given twice; remove one`)
    const value = known.read(entry.slice(equals + 1).trim())
    if (value.kind === 'invalid') return invalid(`${key}: ${value.message}`)
    values.set(known.property, value.value)
  }
  return parsed(Object.fromEntries(values) as Partial<T>)
}

/** The same, where `on` means that every key has its default. */
export function parseSettings<T>(text: string, readers: KeyReaders<T>): Parsed<Partial<T>> {
  return text.trim() === 'on' ? parsed({}) : parseKeyValues(text, readers)
}
