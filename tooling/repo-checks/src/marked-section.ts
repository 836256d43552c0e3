/** Generated parts of hand-written files: the text between `<!-- name:start -->` and `<!-- name:end -->`. */

/** Replaces what stands between the two markers, keeping them. Throws when the text lacks either marker. */
export const withMarkedSection = (text: string, name: string, content: string): string => {
  const start = `<!-- ${name}:start -->`
  const end = `<!-- ${name}:end -->`
  const startsAt = text.indexOf(start)
  const endsAt = text.indexOf(end)
  if (startsAt === -1 || endsAt < startsAt)
    throw new Error(`there is no section between "${start}" and "${end}"; add both lines`)
  return `${text.slice(0, startsAt + start.length)}\n\n${content}\n\n${text.slice(endsAt)}`
}
