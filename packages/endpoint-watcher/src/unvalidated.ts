/** Narrowing of unvalidated JSON: what is not of the shape asked for is `undefined`. */

export type JsonObject = Readonly<Record<string, unknown>>

export function asObject(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined
}

/** The API server sends nil for an absent list; both are empty. Anything else that is no list is `undefined`. */
export function asList(value: unknown): readonly unknown[] | undefined {
  if (value === undefined || value === null) return []
  return Array.isArray(value) ? value : undefined
}

export function asString(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** Kubernetes port numbers: 1 to 65535. */
export function asPortNumber(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 65_535 ? value : undefined
}

/** A value for messages: short, and never the inside of an object, which may be nested too deep to be written out. */
export function quote(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object' && value !== null) return 'an object'
  const text = typeof value === 'string' ? JSON.stringify(value.slice(0, 80)) : String(value)
  return value === undefined ? 'nothing' : text
}
