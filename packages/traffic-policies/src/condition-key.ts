/** When two field conditions are the same one. */

import type { FieldCondition } from './content-match.ts'

/** Equal for conditions that ask for the same. */
export const conditionKey = ({ name, test }: FieldCondition): string => JSON.stringify([name, test.kind, operand(test)])

const operand = (test: FieldCondition['test']): string => {
  switch (test.kind) {
    case 'equals':
      return test.value
    case 'matches':
      return test.pattern.source
    case 'present':
      return ''
    default:
      return test satisfies never
  }
}
