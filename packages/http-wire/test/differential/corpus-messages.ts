/** The messages of test/corpus, one raw message or connection to a file, one character per byte. */

import { readdirSync, readFileSync } from 'node:fs'

const folder = new URL('../corpus/', import.meta.url)

/** Those whose file name begins with the word, by file name. */
export function corpusMessages(word: 'request' | 'answer'): ReadonlyMap<string, string> {
  const names = readdirSync(folder).filter(name => name.startsWith(`${word}-`) && name.endsWith('.txt'))
  return new Map(names.toSorted().map(name => [name, readFileSync(new URL(name, folder), 'latin1')]))
}
