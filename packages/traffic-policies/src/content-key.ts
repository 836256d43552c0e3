/** When two content matches are the same one. */

import { conditionKey } from './condition-key.ts'
import type { ContentMatch, FieldCondition } from './content-match.ts'

/** Equal for matches with equal conditions, in whatever order and however often they are given, and for no others. */
export const contentKey = (match: ContentMatch): string =>
  JSON.stringify([
    sortedOnce(match.methods),
    sortedOnce(match.headers?.map(keyIgnoringCase)),
    sortedOnce(match.cookies?.map(conditionKey)),
    sortedOnce(match.query?.map(conditionKey)),
    sortedOnce(match.browsers),
    sortedOnce(match.languages?.map(tag => tag.toLowerCase())),
  ])

const keyIgnoringCase = ({ name, test }: FieldCondition): string => conditionKey({ name: name.toLowerCase(), test })

const sortedOnce = (keys: readonly string[] = []): readonly string[] => [...new Set(keys)].sort()
