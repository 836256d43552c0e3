// The causes of a 422, in the words of Kubernetes apimachinery, pkg/util/validation/field.
import type { StatusCause } from './fake-api-server-answers.ts'

/** A value that is wrong, once for each problem. */
export function invalidValues(field: string, value: unknown, problems: readonly string[]): readonly StatusCause[] {
  return problems.map(problem => ({
    reason: 'FieldValueInvalid',
    message: `Invalid value: ${JSON.stringify(value)}: ${problem}`,
    field,
  }))
}

/** A value that is missing. */
export function requiredValue(field: string, problem?: string): StatusCause {
  const message = problem === undefined ? 'Required value' : `Required value: ${problem}`
  return { reason: 'FieldValueRequired', message, field }
}

/** A value that is none of those that are supported. */
export function unsupportedValue(field: string, value: string, supported: readonly string[]): StatusCause {
  const values = [...supported]
    .sort()
    .map(each => `"${each}"`)
    .join(', ')
  const message = `Unsupported value: ${JSON.stringify(value)}: supported values: ${values}`
  return { reason: 'FieldValueNotSupported', message, field }
}
