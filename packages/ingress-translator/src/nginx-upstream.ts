import type { StrategyName } from '@ingresskit/load-balancing'
import type { Parsed } from '@ingresskit/traffic-policies'
import { nginxPrefix, type AnnotationPlace } from './annotation.ts'
import type { AnnotationReader } from './annotation-reader.ts'
import type { HashSource } from './hash-source.ts'
import { invalid, parsed } from './parsed.ts'
import { isToken } from './token.ts'
import { quoted } from './unknown-fields.ts'
import { integer, truth } from './value-readers.ts'

/** What the annotations of ingress-nginx say about the choice of an endpoint; absent: nothing. */
export interface NginxUpstream {
  /** `load-balance`. */
  readonly strategy?: { readonly value: StrategyName; readonly place: AnnotationPlace }
  /** `upstream-hash-by`, which comes before `load-balance`. */
  readonly hashBy?: { readonly value: HashSource; readonly place: AnnotationPlace }
  /** `upstream-hash-by-subset`: the hash chooses this many endpoints, and one of them is drawn at random. */
  readonly subset?: { readonly value: number; readonly place: AnnotationPlace }
}

/** The annotations that `readNginxUpstream` reads, without prefix. */
export const nginxUpstreamNames = [
  'load-balance',
  'upstream-hash-by',
  'upstream-hash-by-subset',
  'upstream-hash-by-subset-size',
] as const

const loadBalance = `${nginxPrefix}load-balance`
const hashBy = `${nginxPrefix}upstream-hash-by`
const subset = `${nginxPrefix}upstream-hash-by-subset`
const subsetSize = `${nginxPrefix}upstream-hash-by-subset-size`
const defaultSubsetSize = 3 // As in ingress-nginx.
const parseSubsetSize = integer({ from: 1, to: 1000 })

/** Reads `load-balance` and `upstream-hash-by`; a bad value is a problem and counts as absent. */
export function readNginxUpstream(reader: AnnotationReader): NginxUpstream {
  const strategy = reader.read(loadBalance, parseLoadBalance, 'the default is used')
  const source = reader.read(hashBy, parseHashBy, 'nothing is hashed')
  const inSubset = reader.read(subset, truth, 'the whole Service is hashed over')
  const size = reader.read(subsetSize, parseSubsetSize, `${defaultSubsetSize} is used`) ?? defaultSubsetSize
  if (inSubset === true && !reader.has(hashBy)) reader.warn(subset, `it has no effect without ${hashBy}; set both`)
  if (inSubset !== true && reader.has(subsetSize)) reader.warn(subsetSize, `it has no effect without ${subset}: "true"`)
  return {
    ...(strategy === undefined ? {} : { strategy: { value: strategy, place: reader.place(loadBalance) } }),
    ...(source === undefined ? {} : { hashBy: { value: source, place: reader.place(hashBy) } }),
    ...(source === undefined || inSubset !== true ? {} : { subset: { value: size, place: reader.place(subset) } }),
  }
}

function parseLoadBalance(text: string): Parsed<StrategyName> {
  if (text === 'round_robin') return parsed('round-robin')
  if (text === 'ewma') return parsed('peak-ewma')
  return invalid(
    `${quoted(text)} is not read from it; use round_robin or ewma, or one of the strategies of ingresskit.dev/load-balance`,
  )
}

const variables: ReadonlyMap<string, 'ip' | 'uri' | 'path' | 'host'> = new Map([
  ['remote_addr', 'ip'],
  ['binary_remote_addr', 'ip'],
  ['request_uri', 'uri'],
  ['uri', 'path'],
  ['host', 'host'],
])

/** One variable of nginx; text around it and several of them would need a template, which is never built from annotations. */
function parseHashBy(text: string): Parsed<HashSource> {
  const variable = /^\$(?:(\w{1,128})|\{(\w{1,128})\})$/u.exec(text)
  const name = variable?.[1] ?? variable?.[2] ?? ''
  const kind = variables.get(name)
  if (kind !== undefined) return parsed({ kind })
  const [, prefix, rest = ''] = /^(http|cookie|arg)_(.+)$/u.exec(name) ?? []
  if (prefix === 'http' && isToken(rest))
    return parsed({ kind: 'header', name: rest.toLowerCase().replaceAll('_', '-') })
  if (prefix === 'cookie' && isToken(rest)) return parsed({ kind: 'cookie', name: rest })
  if (prefix === 'arg') return parsed({ kind: 'query', name: rest })
  return invalid(
    `${quoted(text)} is not one known variable; use $remote_addr, $request_uri, $uri, $host, $http_NAME, $cookie_NAME or $arg_NAME`,
  )
}
