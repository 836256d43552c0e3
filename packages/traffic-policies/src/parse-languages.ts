/** Reads `match-language`. */

import { commaList } from './comma-list.ts'
import { invalid, parsed, quoted, type Parsed } from './parsed.ts'

/** Most languages of one list. */
const maxLanguages = 32

/** A basic language range (RFC 4647 §2.1), of at most 8 subtags. */
const tag = /^[a-z]{1,8}(?:-[a-z0-9]{1,8}){0,7}$/iu

/**
 * Language ranges separated by commas, as the tags they name, in order and without repetitions, in the case RFC 5646 §2.1.1 recommends.
 *
 * `zh-*` names `zh`, because lookup (RFC 4647 §3.4) lets `zh` serve every language under it. `*` names nothing, so it needs another
 * range beside it. A wildcard elsewhere is invalid. At most 32 tags.
 */
export const parseLanguages = (text: string): Parsed<readonly string[]> => {
  const tags = new Set<string>()
  for (const range of commaList(text)) {
    if (range === '*') continue
    const name = range.replace(/(?:-\*){1,8}$/u, '')
    if (!tag.test(name))
      return invalid(`${quoted(range)} is not a language range; write for instance "zh", "zh-*" or "zh-Hant"`)
    tags.add(inRecommendedCase(name))
  }
  if (tags.size === 0) {
    return invalid(
      'no language is named ("*" names none); write for instance "zh, zh-Hant", and leave what has no match to the Ingress without match-language',
    )
  }
  if (tags.size > maxLanguages) return invalid(`${tags.size} languages are named; write at most ${maxLanguages}`)
  return parsed([...tags])
}

const inRecommendedCase = (name: string): string => {
  let afterSingleton = false
  return name
    .toLowerCase()
    .split('-')
    .map((subtag, index) => {
      const isPlain = index === 0 || afterSingleton
      afterSingleton ||= subtag.length === 1
      if (isPlain) return subtag
      if (subtag.length === 2) return subtag.toUpperCase()
      return subtag.length === 4 ? subtag.charAt(0).toUpperCase() + subtag.slice(1) : subtag
    })
    .join('-')
}
