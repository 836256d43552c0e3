/** Shows where two texts begin to differ, for people. */

/** A few lines around the first difference, `-` for the old text and `+` for the new; empty when they are the same. */
export const firstDifference = (before: string, after: string): string => {
  const [old, now] = [before.split('\n'), after.split('\n')]
  const at = now.findIndex((line, index) => line !== old[index])
  const from = at === -1 ? now.length : at
  if (from === now.length && old.length === now.length) return ''
  const shown = (lines: readonly string[], sign: string): readonly string[] =>
    lines.slice(from, from + shownLines).map(line => `    ${sign} ${line}`)
  return [`    at line ${from + 1}:`, ...shown(old, '-'), ...shown(now, '+')].join('\n')
}

const shownLines = 4
