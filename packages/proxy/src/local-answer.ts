/** An answer the proxy gives itself, ready for any codec to write. */

import { errorPage } from './error-page.ts'
import { isFieldValue, isToken } from './field-syntax.ts'

export interface LocalAnswer {
  readonly status: number
  readonly headers?: readonly (readonly [name: string, value: string])[]
  readonly body?: { readonly contentType: string; readonly text: string }
  readonly requestId: string
  /** The client's `Accept`. */
  readonly accept: string
}

export interface ReadyAnswer {
  readonly status: number
  /** `[name, value, …]`, Content-Length included; no Connection. */
  readonly flatHeaders: readonly string[]
  /** Not sent to HEAD. */
  readonly body: string
}

/** Makes it. A bare 500 when the decision has a status or a field that cannot be sent. */
export function localAnswer(answer: LocalAnswer): ReadyAnswer {
  const { status, accept, requestId } = answer
  const extra = answer.headers ?? []
  const contentType = answer.body?.contentType ?? ''
  const isValid = extra.every(([name, value]) => isToken(name) && isFieldValue(value)) && isFieldValue(contentType)
  if (!isValid || !Number.isInteger(status) || status < 200 || status > 599)
    return localAnswer({ status: 500, requestId, accept })

  const isBodiless = status === 204 || status === 304
  const page = answer.body ?? errorPage(status, accept)
  const body = isBodiless ? '' : page.text
  const own = isBodiless ? [] : ['Content-Type', page.contentType, 'Content-Length', String(Buffer.byteLength(body))]
  const said = new Set(extra.map(([name]) => name.toLowerCase()))
  if (status >= 400 && !said.has('cache-control')) own.push('Cache-Control', 'no-store')
  if (!said.has('x-request-id')) own.push('X-Request-ID', requestId)
  const given = extra.filter(([name]) => !framingFields.has(name.toLowerCase())).flat()
  return { status, flatHeaders: [...own, ...given], body }
}

const framingFields = new Set(['content-length', 'transfer-encoding', 'connection', 'content-type'])
