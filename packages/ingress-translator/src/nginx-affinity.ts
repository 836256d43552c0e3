import type { Parsed } from '@ingresskit/traffic-policies'
import { nginxPrefix, type AnnotationPlace } from './annotation.ts'
import type { AnnotationReader } from './annotation-reader.ts'
import { invalid, parsed } from './parsed.ts'
import type { SessionAffinity, SessionCookie } from './session-affinity.ts'
import { isToken } from './token.ts'
import { quoted } from './unknown-fields.ts'
import { truth, word } from './value-readers.ts'

/** The annotations that `readNginxAffinity` reads, without prefix. */
export const nginxAffinityNames = [
  'affinity',
  'affinity-canary-behavior',
  'affinity-mode',
  'session-cookie-change-on-failure',
  'session-cookie-conditional-samesite-none',
  'session-cookie-domain',
  'session-cookie-expires',
  'session-cookie-max-age',
  'session-cookie-name',
  'session-cookie-path',
  'session-cookie-samesite',
  'session-cookie-secure',
] as const

const affinity = `${nginxPrefix}affinity`
const affinityMode = `${nginxPrefix}affinity-mode`
const withoutAttribute = 'the attribute is left out'

/** Reads `affinity` and what belongs to it; a bad value is a problem and counts as absent. */
export function readNginxAffinity(
  reader: AnnotationReader,
): { readonly value: SessionAffinity; readonly place: AnnotationPlace } | undefined {
  if (!reader.has(affinity)) {
    for (const name of nginxAffinityNames) {
      if (reader.has(nginxPrefix + name))
        reader.warn(nginxPrefix + name, `it has no effect without ${affinity}: cookie; set both`)
    }
    return undefined
  }
  const kind = reader.read(affinity, word(['cookie']), 'clients are not kept on an endpoint')
  const mode =
    reader.read(affinityMode, word<SessionAffinity['mode']>(['balanced', 'persistent']), 'balanced is used') ??
    'balanced'
  if (
    reader.read(`${nginxPrefix}affinity-canary-behavior`, word(['sticky', 'legacy']), 'sticky is used') === 'legacy'
  ) {
    reader.warn(
      `${nginxPrefix}affinity-canary-behavior`,
      'legacy is not supported: a client with a session stays where it is; leave affinity off on the canary to draw every time',
    )
  }
  const moves = reader.read(`${nginxPrefix}session-cookie-change-on-failure`, truth, 'clients stay')
  const cookie = readCookie(reader)
  if (kind === undefined) return undefined
  return { value: { mode, cookie, onFailure: moves === true ? 'move' : 'stay' }, place: reader.place(affinity) }
}

const sameSites: readonly NonNullable<SessionCookie['sameSite']>[] = ['None', 'Lax', 'Strict']

function readCookie(reader: AnnotationReader): SessionCookie {
  const read = <T>(
    name: (typeof nginxAffinityNames)[number],
    parse: (text: string) => Parsed<T>,
    otherwise = withoutAttribute,
  ) => reader.read(nginxPrefix + name, parse, otherwise)
  const name = read('session-cookie-name', parseName, 'INGRESSCOOKIE is used')
  const path = read('session-cookie-path', parsePath, 'the path of the rule is used')
  const domain = read('session-cookie-domain', parseDomain)
  const sameSite = read('session-cookie-samesite', word(sameSites))
  const secure = read('session-cookie-secure', truth, 'it is set on https')
  const maxAgeSeconds = read('session-cookie-max-age', parseSeconds)
  const expiresSeconds = read('session-cookie-expires', parseSeconds)
  const conditional = read('session-cookie-conditional-samesite-none', truth, 'SameSite=None is always sent')
  if (secure === false) {
    reader.warn(
      `${nginxPrefix}session-cookie-secure`,
      'the cookie of an answer over https is Secure all the same; remove the annotation, or use http to share it',
    )
  }
  return {
    name: name ?? 'INGRESSCOOKIE',
    ...(path === undefined ? {} : { path }),
    ...(domain === undefined ? {} : { domain }),
    ...(sameSite === undefined ? {} : { sameSite }),
    secure: secure === true ? 'always' : 'https',
    ...(maxAgeSeconds === undefined ? {} : { maxAgeSeconds }),
    ...(expiresSeconds === undefined ? {} : { expiresSeconds }),
    ...(conditional === true ? { conditionalSameSiteNone: true } : {}),
  }
}

function parseName(text: string): Parsed<string> {
  return isToken(text) ? parsed(text) : invalid(`${quoted(text)} is no cookie name; use letters, digits, "-" and "_"`)
}

/** A path-value of RFC 6265 §4.1.1, kept to visible characters so that no browser reads it in another way. */
function parsePath(text: string): Parsed<string> {
  return /^\/[\x21-\x3a\x3c-\x7e]{0,1023}$/u.test(text)
    ? parsed(text)
    : invalid(`${quoted(text)} is no path of a cookie; begin with "/" and use no spaces and no ";"`)
}

function parseDomain(text: string): Parsed<string> {
  const domain = text.toLowerCase().replace(/^\./u, '')
  const label = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/u
  return domain.length <= 253 && domain.split('.').every(part => label.test(part))
    ? parsed(domain)
    : invalid(`${quoted(text)} is no DNS name`)
}

function parseSeconds(text: string): Parsed<number> {
  return /^(?:0|-?[1-9]\d{0,8})$/u.test(text)
    ? parsed(Number(text))
    : invalid(`${quoted(text)} is no number of seconds; write an integer`)
}
