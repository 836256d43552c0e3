/** Regular expressions of users, run by an engine that never backtracks. */

import { RE2JS, RE2JSException } from 're2js'
import { invalid, parsed, quoted, type Parsed } from './parsed.ts'

/** A regular expression in RE2 syntax. Two with the same source are equal. */
export interface LinearPattern {
  /** The expression as it was written. */
  readonly source: string
  /**
   * Whether the pattern is found anywhere in the text (`^` and `$` anchor it).
   *
   * O(pattern × text) whatever the two are, and nothing is kept from one test to the next. A text of more than 512 characters does
   * not match.
   */
  test(text: string): boolean
}

/** Longest pattern, in characters. */
const maxSourceLength = 1024

/** Most instructions of a compiled pattern, so that counted repetitions like `.{1000}` cannot make each test expensive. */
const maxProgramSize = 100

/** Longest text that is looked at, in characters: a test takes at most program × text steps, here 2 ms. */
const maxTextLength = 512

/**
 * Compiles a pattern: at most 1,024 characters and 100 instructions of RE2.
 *
 * Costs a millisecond, and 35 where it is full of Unicode classes, so it is for configuration and not for requests.
 */
export const linearPattern = (text: string): Parsed<LinearPattern> => {
  if (text.length > maxSourceLength)
    return invalid(`a regular expression has ${text.length} characters; write at most ${maxSourceLength}`)
  const compiled = compile(text)
  if (typeof compiled === 'string') {
    return invalid(
      `the regular expression ${quoted(text)} cannot be used: ${compiled}; write RE2 syntax, which has no look-around and no back-references`,
    )
  }
  const size = compiled.programSize()
  if (size > maxProgramSize) {
    return invalid(
      `the regular expression ${quoted(text)} is too large: ${size} instructions of ${maxProgramSize}; use smaller counts in {…}, or fewer alternatives`,
    )
  }
  return parsed({ source: text, test: value => value.length <= maxTextLength && isFoundIn(value, compiled) })
}

/**
 * `compiled.test` would be faster on most texts, but builds an automaton for that: a state of it can take 20 µs, there can be one per
 * character, and it keeps them, up to 8 MiB per pattern, for texts that clients choose. A search for the place of the match marks
 * each pair of instruction and position once, in memory that all patterns share.
 */
const isFoundIn = (text: string, compiled: RE2JS): boolean => compiled.matcher(text).find()

const compile = (text: string): RE2JS | string => {
  try {
    return RE2JS.compile(text)
  } catch (error) {
    if (error instanceof RE2JSException) return error.message.replace(/^error parsing regexp: /u, '')
    throw error
  }
}
