import { type CanaryRule, linearPattern, type Parsed } from '@ingresskit/traffic-policies'
import { annotationField, nginxPrefix } from './annotation.ts'
import { annotationReader, type AnnotationReader } from './annotation-reader.ts'
import type { KubernetesObject } from './kubernetes-object.ts'
import { invalid, parsed } from './parsed.ts'
import type { ReportProblem } from './problem.ts'
import { isToken } from './token.ts'
import { quoted } from './unknown-fields.ts'
import { integer, truth } from './value-readers.ts'

/** What the canary annotations of one Ingress say. */
export type Canary =
  | { readonly kind: 'none' }
  | { readonly kind: 'canary'; readonly rule: CanaryRule }
  /** A canary that no rule gives a request to, or one whose rules cannot be read. */
  | { readonly kind: 'left-out' }

const canary = `${nginxPrefix}canary`
const byHeader = `${nginxPrefix}canary-by-header`
const byHeaderValue = `${nginxPrefix}canary-by-header-value`
const byHeaderPattern = `${nginxPrefix}canary-by-header-pattern`
const byCookie = `${nginxPrefix}canary-by-cookie`
const weight = `${nginxPrefix}canary-weight`
const weightTotal = `${nginxPrefix}canary-weight-total`
const rules = [byHeader, byHeaderValue, byHeaderPattern, byCookie, weight, weightTotal]

/** The annotations that `readCanary` reads, without prefix. */
export const canaryNames: readonly string[] = [canary, ...rules].map(name => name.slice(nginxPrefix.length))

const leftOut = 'the canary is left out, for it would take requests that are not meant for it'
const maxWeight = 1_000_000
const defaultWeightTotal = 100 // As in ingress-nginx.

/** Reads `canary` and what belongs to it. */
export function readCanary(
  object: KubernetesObject,
  annotations: ReadonlyMap<string, string>,
  report: ReportProblem,
): Canary {
  let isInvalid = false
  const reader = annotationReader(object, annotations, (severity, reason, detail) => {
    isInvalid ||= severity === 'error'
    report(severity, reason, detail)
  })
  if (!reader.has(canary)) {
    for (const name of rules)
      if (reader.has(name)) reader.warn(name, `it has no effect without ${canary}: "true"; set both`)
    return { kind: 'none' }
  }
  if (reader.read(canary, truth, leftOut) === false) return { kind: 'none' }
  const rule = readRule(reader)
  if (!isInvalid && rule.weight > rule.weightTotal) {
    isInvalid = true
    report('error', 'AnnotationInvalid', {
      field: annotationField(weight),
      message: `${rule.weight} is more than the total of ${rule.weightTotal}; lower it or raise ${weightTotal} (${leftOut})`,
    })
  }
  if (isInvalid) return { kind: 'left-out' }
  if (rule.header === undefined && rule.cookie === undefined && !reader.has(weight)) {
    reader.warn(canary, `no rule gives it a request; set ${weight}, ${byHeader} or ${byCookie}`)
    return { kind: 'left-out' }
  }
  return { kind: 'canary', rule }
}

function readRule(reader: AnnotationReader): CanaryRule {
  const name = reader.read(byHeader, parseHeaderName, leftOut)
  const value = reader.read(byHeaderValue, parsed, leftOut)
  const pattern = reader.read(byHeaderPattern, linearPattern, leftOut)
  const cookie = reader.read(byCookie, parseName, leftOut)
  if (name === undefined) {
    for (const annotation of [byHeaderValue, byHeaderPattern]) {
      if (reader.has(annotation)) reader.warn(annotation, `it has no effect without ${byHeader}; set both`)
    }
  }
  if (value !== undefined && pattern !== undefined) {
    reader.warn(byHeaderPattern, `it has no effect beside ${byHeaderValue}; remove one`)
  }
  let test: NonNullable<CanaryRule['header']>['test'] = { kind: 'always-never' }
  if (value !== undefined) test = { kind: 'equals', value }
  else if (pattern !== undefined) test = { kind: 'matches', pattern }
  return {
    ...(name === undefined ? {} : { header: { name: name.toLowerCase(), test } }),
    ...(cookie === undefined ? {} : { cookie }),
    weight: reader.read(weight, integer({ from: 0, to: maxWeight }), leftOut) ?? 0,
    weightTotal: reader.read(weightTotal, integer({ from: 1, to: maxWeight }), leftOut) ?? defaultWeightTotal,
  }
}

// A field with such a name is dropped when a request arrives, so it could never match.
function parseHeaderName(text: string): Parsed<string> {
  return text.includes('_')
    ? invalid(`no request arrives with a header named ${quoted(text)}, for "_" is not taken; use "-" instead of "_"`)
    : parseName(text)
}

function parseName(text: string): Parsed<string> {
  return isToken(text)
    ? parsed(text)
    : invalid(`${quoted(text)} is no name of a header or cookie; use letters, digits and "-"`)
}
