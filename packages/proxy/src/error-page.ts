/** The page of an answer the proxy gives itself. It says the status and nothing of the inside or of the request. */

import { STATUS_CODES } from 'node:http'

export interface Page {
  readonly contentType: string
  readonly text: string
}

/** A short page for the status: JSON where `Accept` prefers it, else HTML. */
export function errorPage(status: number, accept: string): Page {
  const title = STATUS_CODES[status] ?? 'Error'
  if (prefersJson(accept)) {
    return { contentType: 'application/json', text: `${JSON.stringify({ status, error: title })}\n` }
  }
  return {
    contentType: 'text/html; charset=utf-8',
    text: `<!doctype html>\n<title>${status} ${title}</title>\n<h1>${status} ${title}</h1>\n`,
  }
}

/** Whether a JSON type has a higher weight than HTML; ties go to HTML. Looks at the first 32 ranges. */
function prefersJson(accept: string): boolean {
  let json = 0
  let html = 0
  for (const range of accept.split(',', 32)) {
    const [type = '', ...parameters] = range.split(';')
    const name = type.trim().toLowerCase()
    const weight = quality(parameters)
    if (name === 'application/json' || name.endsWith('+json')) json = Math.max(json, weight)
    else if (name === 'text/html' || name === 'text/*' || name === '*/*')
      html = Math.max(html, name === '*/*' ? weight / 2 : weight)
  }
  return json > html
}

function quality(parameters: readonly string[]): number {
  for (const parameter of parameters) {
    const match = /^\s*q=([01](?:\.[0-9]{0,3})?)\s*$/i.exec(parameter)
    if (match?.[1] !== undefined) return Number(match[1])
  }
  return 1
}
