/** Says what an API server would find wrong with the shape of an object: its own schemas decide, unknown fields included. */
import { readFileSync } from 'node:fs'
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
import { closedSchemas, type OpenApiDefinitions } from './closed-schemas.ts'
import { violationSentence } from './violation-sentence.ts'

/**
 * One sentence for each violation, beginning with the kind, the name and the path of the field; empty when there is none.
 *
 * Types, required and unknown fields, closed lists of values, quantities and int-or-string are checked against the OpenAPI v3
 * schemas of a kube-apiserver 1.36. What the server checks in code is not: names, port ranges, references, CEL rules. A kind
 * without a schema here (`extract.ts` lists them) is a violation.
 *
 * The first object of a kind costs a compilation of some 100 ms at most, each other one well under a millisecond.
 */
export function validateKubernetesObject(object: unknown): readonly string[] {
  if (typeof object !== 'object' || object === null || Array.isArray(object)) return ['it is not an object.']
  const { apiVersion, kind, metadata } = object as {
    readonly apiVersion?: unknown
    readonly kind?: unknown
    readonly metadata?: { readonly name?: unknown; readonly namespace?: unknown } | null
  }
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return ['it has no apiVersion or no kind.']
  const label = [kind, [metadata?.namespace, metadata?.name].filter(part => typeof part === 'string').join('/')]
    .filter(part => part !== '')
    .join(' ')
  const validate = validatorOf(`${apiVersion} ${kind}`)
  if (validate === undefined) return [`${label}: there is no schema of ${apiVersion} ${kind} here.`]
  if (validate(object)) return []
  return (validate.errors ?? []).map((error: ErrorObject) => `${label}: ${violationSentence(error)}`)
}

interface SchemaFile {
  /** `apiVersion kind` to the name of its definition. */
  readonly kinds: Readonly<Record<string, string>>
  readonly definitions: OpenApiDefinitions
}

const quantity = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?$/

const { ajv, kinds } = load()

function load(): { readonly ajv: Ajv; readonly kinds: ReadonlyMap<string, string> } {
  const path = new URL('../../kube-openapi/definitions.json', import.meta.url)
  const { kinds, definitions } = JSON.parse(readFileSync(path, 'utf8')) as SchemaFile
  const ajv = new Ajv({
    allErrors: true,
    verbose: true,
    allowUnionTypes: true,
    // Without inlining, each definition is compiled once for all the kinds that refer to it.
    inlineRefs: false,
    formats: {
      int32: { type: 'number', validate: value => Number.isInteger(value) && Math.abs(value) <= 2 ** 31 },
      int64: { type: 'number', validate: Number.isInteger },
      double: true,
      byte: /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/,
      'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/,
      quantity,
    },
  })
  ajv.addSchema({ $id: 'kubernetes', definitions: closedSchemas(definitions) })
  return { ajv, kinds: new Map(Object.entries(kinds)) }
}

/** The validator of a kind; Ajv keeps what it compiled. `undefined` for a kind that is not in the file. */
function validatorOf(kind: string): ValidateFunction | undefined {
  const name = kinds.get(kind)
  return name === undefined ? undefined : ajv.getSchema(`kubernetes#/definitions/${name}`)
}
