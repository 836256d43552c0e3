/** The four forms of a request target (RFC 9112 §3.2), reduced to a path and a query. */

export type RequestTarget =
  | { readonly kind: 'path'; readonly rawPath: string; readonly query: string; readonly authority?: string }
  | { readonly kind: 'asterisk' }
  | { readonly kind: 'rejected'; readonly reason: string }

const absolute = /^https?:\/\/([^/?]*)(.*)$/i
const printable = /^[\x21-\x7e]*$/

/** Splits a target. `authority` is set for the absolute form and must then agree with Host. */
export function parseRequestTarget(target: string): RequestTarget {
  if (!printable.test(target)) return { kind: 'rejected', reason: 'target-not-ascii' }
  if (target.includes('#')) return { kind: 'rejected', reason: 'fragment-in-target' }
  if (target === '*') return { kind: 'asterisk' }
  if (target.startsWith('/')) return split(target)
  const match = absolute.exec(target)
  const authority = match?.[1]
  const rest = match?.[2]
  if (authority === undefined || rest === undefined) return { kind: 'rejected', reason: 'bad-target' }
  return { ...split(rest.startsWith('/') ? rest : `/${rest}`), authority }
}

function split(text: string): { kind: 'path'; rawPath: string; query: string } {
  const mark = text.indexOf('?')
  return mark < 0
    ? { kind: 'path', rawPath: text, query: '' }
    : { kind: 'path', rawPath: text.slice(0, mark), query: text.slice(mark) }
}
