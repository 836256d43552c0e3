/** Written parts of pages: what stands between `<!-- name:start -->` and `<!-- name:end -->`. */

/** The page with this text between the two markers of that name. Throws when it lacks one of them. */
export function withSection(page: string, name: string, text: string): string {
  const { from, to } = sectionBounds(page, name)
  return `${page.slice(0, from)}\n\n${text}\n\n${page.slice(to)}`
}

/** What stands between them now. Throws when the page lacks one of them. */
export function sectionOf(page: string, name: string): string {
  const { from, to } = sectionBounds(page, name)
  return page.slice(from, to).trim()
}

function sectionBounds(page: string, name: string): { readonly from: number; readonly to: number } {
  const [start, end] = [`<!-- ${name}:start -->`, `<!-- ${name}:end -->`]
  const [from, to] = [page.indexOf(start), page.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`the page has no section between "${start}" and "${end}"; add both lines`)
  return { from: from + start.length, to }
}
