import { expect, it } from 'vitest'
import { faultsTable } from './faults-table.ts'
import type { FaultFigures } from './run-scenario.ts'
import type { Loss } from './steady-load.ts'

const lost = (method: string): Loss => ({ method, what: 'status 502', connection: 'kept', atMs: 1, replica: 'a' })
const figures: FaultFigures = {
  name: 'any',
  title: 'Any fault',
  requests: 1234,
  lost: 0,
  lostOnKilled: 0,
  losses: [],
  convergedMs: 1999.6,
  apiRequests: 12,
  longestGapMs: 3.4,
  unreadyAnswers: 0,
  strangers: [],
  note: undefined,
}

it('shows a fault in each row, with losses by method and with what else there is to say', () => {
  const losing = { ...figures, lost: 3, losses: ['GET', 'POST', 'POST'].map(lost) }
  const killing = { ...figures, note: 'so it was', lostOnKilled: 7 }
  expect(faultsTable([figures, losing, killing]).split('\n').slice(2)).toEqual([
    '| Any fault | 1,234 | 0 | 2,000 ms | 12 | 3 ms |',
    '| Any fault | 1,234 | 1 GET, 2 POST | 2,000 ms | 12 | 3 ms |',
    '| Any fault (so it was; 7 requests broke on connections to the killed one) | 1,234 | 0 | 2,000 ms | 12 | 3 ms |',
  ])
})
