import type { ErrorObject } from 'ajv'

/** One violation as a sentence that begins with the path of the field: `spec.replicas must be integer, not "2".` */
export function violationSentence(error: ErrorObject): string {
  const at = fieldPath(error.instancePath)
  const { params, data } = error
  switch (error.keyword) {
    case 'additionalProperties':
      return `${member(at, String(params['additionalProperty']))} is not a field that the API knows.`
    case 'required':
      return `${member(at, String(params['missingProperty']))} is required.`
    case 'type':
      return `${at} must be ${[params['type']].flat().join(' or ')}, not ${shown(data)}.`
    case 'format':
      return `${at} must be of the format ${String(params['format'])}, not ${shown(data)}.`
    case 'enum':
      return `${at} must be one of ${(params['allowedValues'] as readonly unknown[]).join(', ')}, not ${shown(data)}.`
    default:
      return `${at} ${error.message ?? `violates ${error.keyword}`}: ${shown(data)}.`
  }
}

/** A JSON pointer as people write it: `spec.rules[0].host`, `metadata.annotations['a.b/c']`. */
function fieldPath(pointer: string): string {
  const parts = pointer.split('/').slice(1)
  let path = ''
  for (const part of parts) path = member(path, part.replaceAll('~1', '/').replaceAll('~0', '~'))
  return path === '' ? 'the object' : path
}

function member(path: string, name: string): string {
  const base = path === 'the object' ? '' : path
  if (/^\d+$/.test(name)) return `${base}[${name}]`
  if (!/^[\w-]+$/.test(name)) return `${base}['${name}']`
  return base === '' ? name : `${base}.${name}`
}

/** The value that was found, cut so that a sentence stays one. */
function shown(data: unknown): string {
  const text = JSON.stringify(data) ?? String(data)
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}
