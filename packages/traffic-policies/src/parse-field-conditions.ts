/** Reads `match-headers`, `match-cookies` and `match-query`. */

import { escapedCommaList } from './comma-list.ts'
import type { FieldCondition, FieldTest } from './content-match.ts'
import { conditionKey } from './condition-key.ts'
import { httpToken } from './http-token.ts'
import { linearPattern } from './linear-pattern.ts'
import { invalid, parsed, quoted, type Parsed } from './parsed.ts'

/** Whose names and values the conditions are about. */
export type FieldKind = 'header' | 'cookie' | 'query'

/** Most conditions of one list. */
const maxConditions = 16

/** Longest name and longest value, in characters. */
const maxNameLength = 256
const maxValueLength = 1024

/**
 * Conditions separated by commas, all of which must hold: `NAME=VALUE` (equal), `NAME~REGEX` (found in the value) or `NAME` (present).
 *
 * The first `=` or `~` ends the name. A comma inside a value is written `\,` and a backslash before a comma or backslash `\\`;
 * other backslashes stand for themselves, so `\d` needs no care. White space around names and values is left out, and so is a
 * condition that is given twice. At most 16 conditions, names of 256 and values of 1,024 characters. Header names with `_` are
 * invalid: proxies drop such fields, which backends would take for those with `-`, so a condition on one never holds.
 */
export const parseFieldConditions = (text: string, kind: FieldKind): Parsed<readonly FieldCondition[]> => {
  const conditions = new Map<string, FieldCondition>()
  for (const element of escapedCommaList(text)) {
    const condition = parseCondition(element, kind)
    if (condition.kind === 'invalid') return condition
    conditions.set(conditionKey(condition.value), condition.value)
    if (conditions.size > maxConditions)
      return invalid(`more than ${maxConditions} conditions are given; write at most ${maxConditions}`)
  }
  if (conditions.size === 0) return invalid(`no condition is given; write ${examples[kind]}`)
  return parsed([...conditions.values()])
}

const examples: Readonly<Record<FieldKind, string>> = {
  header: 'for instance "x-env=canary", "x-env~^canary-" or "x-env"',
  cookie: 'for instance "group=beta", "group~^beta-" or "group"',
  query: 'for instance "version=2", "version~^2" or "version"',
}

const parseCondition = (element: string, kind: FieldKind): Parsed<FieldCondition> => {
  const operatorAt = element.search(/[=~]/u)
  const written = operatorAt === -1 ? element : element.slice(0, operatorAt).trim()
  const name = kind === 'header' ? written.toLowerCase() : written
  if (name === '') return invalid(`${quoted(element)} has no name; write ${examples[kind]}`)
  if (name.length > maxNameLength)
    return invalid(`the name ${quoted(name)} is too long; write at most ${maxNameLength} characters`)
  if (kind !== 'query' && !httpToken.test(name)) {
    return invalid(`${quoted(written)} cannot be the name of a ${kind}; write ${examples[kind]}`)
  }
  if (kind === 'header' && name.includes('_')) {
    return invalid(
      `the header ${quoted(written)} never arrives, for fields with "_" in the name are dropped; use - instead of _, here and in what sends it`,
    )
  }
  if (operatorAt === -1) return parsed({ name, test: { kind: 'present' } })
  const test = parseTest(element[operatorAt] === '=' ? 'equals' : 'matches', element.slice(operatorAt + 1).trim())
  return test.kind === 'invalid' ? invalid(`${kind} ${name}: ${test.message}`) : parsed({ name, test: test.value })
}

const parseTest = (kind: 'equals' | 'matches', text: string): Parsed<FieldTest> => {
  if (kind === 'equals') {
    return text.length > maxValueLength
      ? invalid(`the value has ${text.length} characters; write at most ${maxValueLength}`)
      : parsed({ kind, value: text })
  }
  if (text === '')
    return invalid('the regular expression after "~" is empty; write the name alone to ask for any value')
  const pattern = linearPattern(text)
  return pattern.kind === 'invalid' ? pattern : parsed({ kind, pattern: pattern.value })
}
