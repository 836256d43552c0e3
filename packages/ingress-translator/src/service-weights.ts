import type { Parsed } from '@ingresskit/traffic-policies'
import { ownPrefix } from './annotation.ts'
import { invalid, parsed } from './parsed.ts'
import { quoted } from './unknown-fields.ts'
import { integer } from './value-readers.ts'

/** One entry of `ingresskit.dev/service-weights`. */
export interface ServiceWeight {
  /** Name of a Service in the namespace of the Ingress. */
  readonly name: string
  /** An integer from 0 to 1,000,000. */
  readonly weight: number
}

export const serviceWeightsAnnotation: string = `${ownPrefix}service-weights`

// RFC 1123 labels: what the API server lets a Service be called, and a little more (RFC 1035 refuses a leading digit).
const serviceName = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/u
const parseWeight = integer({ from: 0, to: 1_000_000 })
const maxServices = 50

/** Reads `tomcat-v1=90, tomcat-v2=10`: at least one Service, each once, and one weight above 0. */
export function parseServiceWeights(text: string): Parsed<readonly ServiceWeight[]> {
  const entries = text.split(',').map(entry => entry.trim())
  if (entries.length > maxServices) return invalid(`it names more than ${maxServices} Services; shorten it`)
  const weights = new Map<string, number>()
  for (const entry of entries) {
    const equals = entry.indexOf('=')
    const name = entry.slice(0, Math.max(equals, 0)).trim()
    if (!serviceName.test(name))
      return invalid(`${quoted(entry)} names no Service; write SERVICE=WEIGHT, like tomcat-v1=90`)
    if (weights.has(name)) return invalid(`${name} is given twice; remove one`)
    const weight = parseWeight(entry.slice(equals + 1).trim())
    if (weight.kind === 'invalid') return invalid(`${name}: ${weight.message}`)
    weights.set(name, weight.value)
  }
  if ([...weights.values()].every(weight => weight === 0)) return invalid('every weight is 0; give one Service more')
  return parsed([...weights].map(([name, weight]) => ({ name, weight })))
}
