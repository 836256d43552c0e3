// Parses the text of a manifest file into its documents, each only once while it stays the same.
import { hash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { LineCounter, parseAllDocuments } from 'yaml'

/** What was parsed before, by the hash of its text. */
export type ParsedParts = ReadonlyMap<string, readonly unknown[]>

/** The documents of a file, or why it can't be read. */
export type ManifestText =
  | { readonly kind: 'parsed'; readonly documents: readonly unknown[]; readonly parts: ParsedParts }
  | { readonly kind: 'broken'; readonly message: string }

/** Bounds what aliases may expand to ("billion laughs"); the count is the `yaml` package's, per document. */
const maxAliasCount = 100

/** No object of the Kubernetes API comes near it; whoever walks objects need not fear for its stack. */
const maxDepth = 200

/** Other work gets its turn after so much text, which takes about 25 ms to parse. */
const charactersPerTurn = 16 * 1024

/**
 * Parses YAML 1.2 (core schema, merge keys) or JSON. One broken document makes the file broken: half of a file that is
 * being written must not take the other half's objects away. Timestamps stay text; tags of other schemas are refused.
 *
 * `previous` are the `parts` of the last time; what is among them is not parsed again. YAML takes about 1.5 s per MB.
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
  return documents.some(document => isTooDeep(document, { depth: 0, seen: new Set() }))
    ? { kind: 'broken', message: `nested more than ${maxDepth} deep, or within itself` }
    : { kind: 'parsed', documents, parts }
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
    if (parts.length > 0 || /^\s*[^\s#]/m.test(part)) parts.push({ text: part, linesBefore })
    linesBefore += part.split('\n').length - 1
  }
  return parts
}

type YamlDocuments =
  | { readonly kind: 'parsed'; readonly documents: readonly unknown[] }
  | { readonly kind: 'broken'; readonly message: string }

function parseYaml({ text, linesBefore }: YamlPart): YamlDocuments {
  const lineCounter = new LineCounter()
  const broken = (message: string, position: number): YamlDocuments => {
    const { line, col } = lineCounter.linePos(position)
    return { kind: 'broken', message: `line ${linesBefore + line}, column ${col}: ${message}` }
  }
  try {
    const options = { version: '1.2', schema: 'core', merge: true, logLevel: 'silent', prettyErrors: false } as const
    const read = parseAllDocuments(text, { ...options, lineCounter })
    if (!Array.isArray(read)) return { kind: 'parsed', documents: [] }
    const documents: unknown[] = []
    for (const document of read) {
      // Unknown tags are only warned of; passing them over would read something else than was written.
      const [flaw] = [...document.errors, ...document.warnings]
      if (flaw) return broken(flaw.message, flaw.pos[0])
      documents.push(document.toJS({ maxAliasCount }))
    }
    return { kind: 'parsed', documents }
  } catch (error) {
    return broken(error instanceof Error ? error.message : String(error), 0)
  }
}

/** Visits each value once: what an alias names is seen already, unless it is being visited, which makes it deep. */
function isTooDeep(value: unknown, at: { readonly depth: number; readonly seen: Set<object> }): boolean {
  if (typeof value !== 'object' || value === null || at.seen.has(value)) return false
  if (at.depth > maxDepth) return true
  const inside = { depth: at.depth + 1, seen: at.seen }
  if (Object.values(value).some(child => isTooDeep(child, inside))) return true
  at.seen.add(value)
  return false
}
