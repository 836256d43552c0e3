// Parses the text of a manifest file into its documents, each only once while it stays the same.
import { hash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { CORE_SCHEMA, loadAll, mergeTag, YAMLException } from 'js-yaml'

/** What was parsed before, by the hash of its text. */
export type ParsedParts = ReadonlyMap<string, readonly unknown[]>

/** The documents of a file, or why it can't be read. */
export type ManifestText =
  | { readonly kind: 'parsed'; readonly documents: readonly unknown[]; readonly parts: ParsedParts }
  | { readonly kind: 'broken'; readonly message: string }

/** No object of the Kubernetes API comes near it; whoever walks objects need not fear for its stack. */
const maxDepth = 100

/** Values of a document, those that aliases repeat counted each time ("billion laughs"): what walking it may cost. */
const maxValues = 1_000_000

/** Other work gets its turn after so much text, which takes about 20 ms to parse. */
const charactersPerTurn = 64 * 1024

const schema = CORE_SCHEMA.withTags(mergeTag)

/**
 * Parses YAML 1.2 (core schema, merge keys) or JSON. One broken document makes the file broken: half of a file that is
 * being written must not take the other half's objects away. Timestamps stay text; tags of other schemas are refused.
 *
 * `previous` are the `parts` of the last time; what is among them is not parsed again. YAML takes about 0.2 s per MB.
 */
export async function parseManifestText(text: string, previous: ParsedParts): Promise<ManifestText> {
  const json = parseJson(text)
  if (json.kind === 'json') return parsed(new Map([['', [json.value]]]), [''])
  const parts = new Map<string, readonly unknown[]>()
  const order: string[] = []
  let untilTurn = charactersPerTurn
  for (const part of yamlParts(text)) {
    const key = hash('sha256', part.text)
    order.push(key)
    const known = parts.get(key) ?? previous.get(key)
    if (known) {
      parts.set(key, known)
      continue
    }
    untilTurn -= part.text.length
    if (untilTurn < 0) {
      await setImmediate()
      untilTurn = charactersPerTurn
    }
    const read = parseYaml(part)
    if (read.kind === 'broken') return read
    parts.set(key, read.documents)
  }
  return parsed(parts, order)
}

function parsed(parts: ParsedParts, order: readonly string[]): ManifestText {
  const documents = order.flatMap(key => parts.get(key) ?? [])
  return documents.every(isBounded)
    ? { kind: 'parsed', documents, parts }
    : {
        kind: 'broken',
        message: `nested more than ${maxDepth} deep, within itself, or with aliases that expand to too much`,
      }
}

/** Everything JSON is YAML as well, only much slower to parse as such. */
function parseJson(text: string): { readonly kind: 'json'; readonly value: unknown } | { readonly kind: 'other' } {
  if (!/^\s*\{/.test(text)) return { kind: 'other' }
  try {
    return { kind: 'json', value: JSON.parse(text) }
  } catch {
    return { kind: 'other' }
  }
}

interface YamlPart {
  readonly text: string
  /** Lines of the file before it. */
  readonly linesBefore: number
}

/** Cuts a file at its document markers, which may stand nowhere else at the beginning of a line (YAML 1.2.2 §9.1.2). */
function yamlParts(text: string): readonly YamlPart[] {
  // Directives belong to the document that follows them; few manifests have any.
  if (/^%/m.test(text)) return [{ text, linesBefore: 0 }]
  const parts: YamlPart[] = []
  let linesBefore = 0
  for (const part of text.split(/^(?=---(?:\s|$))/m)) {
    // What stands before the first marker is a document only if it says something.
    if (parts.length > 0 || /^[^\S\n]*[^\s#]/m.test(part)) parts.push({ text: part, linesBefore })
    linesBefore += part.split('\n').length - 1
  }
  return parts
}

type YamlDocuments =
  | { readonly kind: 'parsed'; readonly documents: readonly unknown[] }
  | { readonly kind: 'broken'; readonly message: string }

function parseYaml({ text, linesBefore }: YamlPart): YamlDocuments {
  try {
    return { kind: 'parsed', documents: loadAll(text, { schema, maxDepth }) }
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error
    const { mark, reason } = error
    const place = mark ? `line ${linesBefore + mark.line + 1}, column ${mark.column + 1}: ` : ''
    return { kind: 'broken', message: `${place}${reason}` }
  }
}

function isBounded(document: unknown): boolean {
  return countValues(document, { depth: 0, counts: new Map() }) <= maxValues
}

/** Values in it, aliases expanded; each object is walked once. Infinite when it is too deep, as what is within itself is. */
function countValues(value: unknown, at: { readonly depth: number; readonly counts: Map<object, number> }): number {
  if (typeof value !== 'object' || value === null) return 1
  const known = at.counts.get(value)
  if (known !== undefined) return known
  if (at.depth > maxDepth) return Number.POSITIVE_INFINITY
  const inside = { depth: at.depth + 1, counts: at.counts }
  let count = 1
  for (const child of Object.values(value)) count += countValues(child, inside)
  at.counts.set(value, count)
  return count
}
