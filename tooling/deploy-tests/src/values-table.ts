/** The table of values in the chart's README, made from values.yaml and its comments. */
import { isMap, isScalar, parseDocument, type Pair, type YAMLMap } from 'yaml'

/** The README with the table between its marks made anew. Throws when the marks are not there. */
export function withValuesTable(readme: string, valuesYaml: string): string {
  const [start, end] = [readme.indexOf(startMark), readme.indexOf(endMark)]
  if (start < 0 || end < start) throw new Error(`the README lacks ${startMark} … ${endMark}`)
  return `${readme.slice(0, start)}${startMark}\n\n${valuesTable(valuesYaml)}\n\n${readme.slice(end)}`
}

const startMark = '<!-- values:start -->'
const endMark = '<!-- values:end -->'

/** One row for each value, in the order of the file. A map with parts has a row when a comment says something of it. */
export function valuesTable(valuesYaml: string): string {
  const document = parseDocument(valuesYaml)
  if (!isMap(document.contents)) throw new Error('values.yaml is not a map')
  return ['| value | default | meaning |', '| --- | --- | --- |', ...rows(document.contents, '', '')].join('\n')
}

function rows(map: YAMLMap, prefix: string, ofFirst: string): readonly string[] {
  return map.items.flatMap((item, index) => {
    const pair: Pair = item
    if (!isScalar(pair.key)) return []
    const path = `${prefix}${String(pair.key.value)}`
    // A comment before the first key of a map belongs to the map.
    const comment = meaning(pair.key.commentBefore ?? (index === 0 ? ofFirst : ''))
    if (isMap(pair.value) && pair.value.items.length > 0 && !isOneValue(path)) {
      const head = comment === '' ? [] : [row(path, '', comment)]
      return [...head, ...rows(pair.value, `${path}.`, pair.value.commentBefore ?? '')]
    }
    const shown = JSON.stringify((pair.value as { toJSON?: () => unknown } | null)?.toJSON?.() ?? null)
    return [row(path, `\`${shown}\``, comment)]
  })
}

/** Maps that people replace as a whole. */
function isOneValue(path: string): boolean {
  return /(?:^|\.)(?:nodeSelector|adminFromNamespaces|requests|limits)$/.test(path)
}

/** The last paragraph: what stands before an empty line is about the file. */
function meaning(comment: string): string {
  return (comment.split(/\n\s*\n/).at(-1) ?? '')
    .replaceAll(/\s*\n\s*/g, ' ')
    .trim()
    .replaceAll('|', String.raw`\|`)
}

function row(...cells: readonly string[]): string {
  return `| ${cells.map((cell, index) => (index === 0 ? `\`${cell}\`` : cell)).join(' | ')} |`.replaceAll('|  |', '| |')
}
