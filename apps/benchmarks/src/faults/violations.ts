import type { FaultFigures } from './run-scenario.ts'
import type { Loss } from './steady-load.ts'
import type { Scenario, ScenarioLength } from './scenario.ts'

/** What a run shows that must not be, one sentence each; empty when all is well. Times are never judged. */
export function violations(scenario: Scenario, length: ScenarioLength, figures: FaultFigures): readonly string[] {
  const { lost, losses, apiRequests, unreadyAnswers, strangers } = figures
  const excused = scenario.mayLose === 'posts' ? losses.filter(isAnsweredPost).length : 0
  const limit = scenario.maxApiRequests[length]
  return [
    ...(lost > excused ? [`${lost} requests were lost: ${JSON.stringify(losses.slice(0, 10))}`] : []),
    ...(apiRequests > limit ? [`${apiRequests} API requests were made; at most ${limit} are fair`] : []),
    ...(unreadyAnswers > 0 ? [`/readyz was not 200 ${unreadyAnswers} times`] : []),
    ...strangers,
  ]
}

/** Nobody may send a POST again whose backend is gone, but its client is told so. */
function isAnsweredPost({ method, what }: Loss): boolean {
  return method === 'POST' && what === 'status 502'
}
