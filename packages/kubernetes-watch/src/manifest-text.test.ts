import { describe, expect, it } from 'vitest'
import { CORE_SCHEMA, loadAll, mergeTag } from 'js-yaml'
import fc from 'fast-check'
import { type ManifestText, type ParsedParts, parseManifestText } from './manifest-text.ts'

const none: ParsedParts = new Map()
const read = (text: string): Promise<ManifestText> => parseManifestText(text, none)

describe('parseManifestText', () => {
  it('reads every document of a YAML file, empty ones as null', async () => {
    expect(await read('a: 1\n---\n---\nb: 2\n')).toMatchObject({
      kind: 'parsed',
      documents: [{ a: 1 }, null, { b: 2 }],
    })
    expect(await read('')).toMatchObject({ kind: 'parsed', documents: [] })
    expect(await read('# nothing yet\n')).toMatchObject({ kind: 'parsed' })
  })

  it('reads JSON', async () => {
    expect(await read(' {"a": [1, "x"]}\n')).toMatchObject({ kind: 'parsed', documents: [{ a: [1, 'x'] }] })
  })

  it('follows YAML 1.2: timestamps and words like "yes" stay text, merge keys merge', async () => {
    const { documents } = await parsed(
      'at: 2026-11-22T22:18:03Z\nday: 2026-11-22\nword: yes\nbase: &b {x: 1}\nmore: {<<: *b, y: 2}',
    )
    expect(documents).toEqual([
      { at: '2026-11-22T22:18:03Z', day: '2026-11-22', word: 'yes', base: { x: 1 }, more: { x: 1, y: 2 } },
    ])
  })

  it('says in which line and column a file is broken, and gives none of its documents', async () => {
    const broken = await read('a: 1\n---\nb: [1, 2\n---\nc: 3\n')
    expect(broken).toMatchObject({ kind: 'broken', message: expect.stringMatching(/^line \d+, column \d+: /) })
    expect(await read('a: 1\na: 2\n')).toMatchObject({
      kind: 'broken',
      message: 'line 2, column 1: duplicated mapping key',
    })
  })

  it('refuses tags of other schemas', async () => {
    expect(await read('a: !!js/function "x"')).toMatchObject({ kind: 'broken' })
    expect(await read('a: !Secret x')).toMatchObject({ kind: 'broken' })
  })

  it('refuses aliases that expand to too much, or to themselves', async () => {
    const levels = Array.from({ length: 12 }, (_, level) =>
      level === 0
        ? 'l0: &l0 [x]'
        : `l${level}: &l${level} [${Array(10)
            .fill(`*l${level - 1}`)
            .join(', ')}]`,
    )
    expect(await read(levels.join('\n'))).toMatchObject({ kind: 'broken' })
    expect((await read('a: &a [*a]')).kind).toBe('broken')
  })

  it('refuses nesting that would exhaust the stack of whoever reads it', async () => {
    expect((await read(`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`)).kind).toBe('broken')
    expect((await read(`a: ${'['.repeat(20_000)}${']'.repeat(20_000)}`)).kind).toBe('broken')
  })

  it('reads a file of blank lines in linear time', async () => {
    expect(await read('\n'.repeat(400_000) + '---\n'.repeat(2000))).toMatchObject({ kind: 'parsed' })
  })

  it('keeps keys like __proto__ as plain entries', async () => {
    const { documents } = await parsed('__proto__: {polluted: true}\nx: 1')
    expect(Object.keys(documents[0] ?? {})).toEqual(['__proto__', 'x'])
    expect(Object.getPrototypeOf(documents[0])).toBe(Object.prototype)
    expect('polluted' in {}).toBe(false)
  })

  it('reads the same as one parser would that is given the whole file', async () => {
    const line = fc.constantFrom(
      'a: 1',
      'b: |',
      '  text',
      '',
      '# said',
      '---',
      '--- # x',
      '---x',
      ' ---',
      '...',
      '- c',
      '--- {d: 2}',
    )
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 12 }), async lines => {
        const text = lines.join('\n')
        const whole = (): unknown[] => loadAll(text, { schema: CORE_SCHEMA.withTags(mergeTag) })
        const result = await read(text)
        if (result.kind === 'broken') expect(whole).toThrow(/./)
        else expect(result.documents.filter(meaningful)).toEqual(whole().filter(meaningful))
      }),
    )
  })

  it('parses only what it has not parsed before', async () => {
    const first = await read('a: 1\n---\nb: 2\n')
    const parts = first.kind === 'parsed' ? first.parts : none
    const second = await parseManifestText('a: 1\n---\nc: 3\n---\nb: 2\n', parts)
    expect(second).toMatchObject({ documents: [{ a: 1 }, { c: 3 }, { b: 2 }] })
    expect(documentsOf(second)[0]).toBe(documentsOf(first)[0])
    expect(documentsOf(second)[2]).toBe(documentsOf(first)[1])
  })
})

async function parsed(text: string): Promise<{ readonly documents: readonly (object | null)[] }> {
  const result = await read(text)
  if (result.kind === 'broken') throw new Error(result.message)
  return { documents: result.documents as (object | null)[] }
}

function documentsOf(text: ManifestText): readonly unknown[] {
  return text.kind === 'parsed' ? text.documents : []
}

function meaningful(document: unknown): boolean {
  return document !== null && document !== undefined
}
