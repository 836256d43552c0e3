/** The four forms of a request target (RFC 9112 §3.2), reduced to a path and a query. */

/** A target, or why it is refused. */
export type RequestTarget =
  | {
      readonly kind: 'path'
      /** Begins with `/`; as sent. */
      readonly rawPath: string
      /** `?…` as sent, or the empty string. */
      readonly query: string
      /** Of the absolute form: it must agree with Host. */
      readonly authority: string | undefined
    }
  /** `*`, for OPTIONS alone. */
  | { readonly kind: 'asterisk' }
  /** `host:port`, for CONNECT alone. */
  | { readonly kind: 'authority' }
  | { readonly kind: 'refused'; readonly fault: 'target-not-ascii' | 'fragment-in-target' | 'bad-target' }

const absolute = /^https?:\/\/([^/?]*)(.*)$/i
const printable = /^[\x21-\x7e]*$/

/** Splits a target; which form a method may have is decided here too. */
export function parseRequestTarget(target: string, method: string): RequestTarget {
  if (!printable.test(target)) return { kind: 'refused', fault: 'target-not-ascii' }
  if (target.includes('#')) return { kind: 'refused', fault: 'fragment-in-target' }
  if (method === 'CONNECT')
    return /^[^/?*]+:[0-9]{1,5}$/.test(target) ? { kind: 'authority' } : { kind: 'refused', fault: 'bad-target' }
  if (target.charCodeAt(0) === 0x2f) return split(target, undefined)
  if (target === '*') return method === 'OPTIONS' ? { kind: 'asterisk' } : { kind: 'refused', fault: 'bad-target' }
  const match = absolute.exec(target)
  const authority = match?.[1]
  const rest = match?.[2]
  if (authority === undefined || rest === undefined) return { kind: 'refused', fault: 'bad-target' }
  return split(rest.startsWith('/') ? rest : `/${rest}`, authority)
}

function split(text: string, authority: string | undefined): RequestTarget {
  const mark = text.indexOf('?')
  return mark < 0
    ? { kind: 'path', rawPath: text, query: '', authority }
    : { kind: 'path', rawPath: text.slice(0, mark), query: text.slice(mark), authority }
}
