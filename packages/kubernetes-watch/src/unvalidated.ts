// First looks at JSON whose shape nobody has checked.

/** Whether it is a JSON object. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A new object with those of the fields that it has. */
export function picked(
  record: Readonly<Record<string, unknown>>,
  fields: readonly string[],
): Readonly<Record<string, unknown>> {
  const kept: Record<string, unknown> = {}
  for (const field of fields) {
    const value = record[field]
    if (value !== undefined) kept[field] = value
  }
  return kept
}
