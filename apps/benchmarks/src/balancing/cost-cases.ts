/** Every contestant of the cost table. */

import type { CostCase } from './cost-case.ts'
import { npmCases } from './npm-cases.ts'
import { ourCases } from './our-cases.ts'

/** In the order of the table; names are different. */
export const costCases: readonly CostCase[] = [...ourCases, ...npmCases]
