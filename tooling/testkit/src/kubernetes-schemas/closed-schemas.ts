/** Turns the definitions of an OpenAPI document of Kubernetes into JSON schemas that refuse what an API server refuses. */

/** By name; each is an OpenAPI 3.0 schema. */
export type OpenApiDefinitions = Readonly<Record<string, unknown>>

/**
 * The same definitions with references to `#/definitions/…`, and:
 *
 * - an object with named fields takes no others (the server's strict field validation),
 * - int-or-string and quantities are plain types instead of a `oneOf`, so that a violation is one sentence,
 * - a time may be `null`, as the server itself writes the times that are not set.
 */
export function closedSchemas(definitions: OpenApiDefinitions): Readonly<Record<string, unknown>> {
  return {
    ...Object.fromEntries(Object.entries(definitions).map(([name, schema]) => [name, closed(schema)])),
    'io.k8s.apimachinery.pkg.util.intstr.IntOrString': { type: ['integer', 'string'] },
    'io.k8s.apimachinery.pkg.api.resource.Quantity': { type: ['number', 'string'], format: 'quantity' },
    'io.k8s.apimachinery.pkg.apis.meta.v1.Time': nullableTime,
    'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime': nullableTime,
  }
}

const nullableTime = { type: ['string', 'null'], format: 'date-time' }

function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed)
  if (typeof schema !== 'object' || schema === null) return schema
  const { properties, ...rest } = schema as Readonly<Record<string, unknown>>
  const others = Object.fromEntries(Object.entries(rest).map(([key, inner]) => [key, closedKeyword(key, inner)]))
  if (typeof properties !== 'object' || properties === null) return others
  const fields = Object.entries(properties).map(([name, inner]) => [name, closed(inner)])
  return { additionalProperties: false, ...others, properties: Object.fromEntries(fields) as unknown }
}

function closedKeyword(key: string, inner: unknown): unknown {
  if (key === '$ref' && typeof inner === 'string') return inner.replace('#/components/schemas/', '#/definitions/')
  return closed(inner)
}
