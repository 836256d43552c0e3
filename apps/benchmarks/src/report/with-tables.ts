const [begin, end] = ['<!-- bench:begin -->', '<!-- bench:end -->']

/** The page with this text between its two markers. Throws when it lacks one of them. */
export function withTables(page: string, text: string): string {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`the page has no section between "${begin}" and "${end}"; add both lines`)
  return `${page.slice(0, from + begin.length)}\n\n${text}\n\n${page.slice(to)}`
}
