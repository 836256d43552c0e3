import { apiServerScenarios } from './api-server-scenarios.ts'
import { eventScenarios } from './event-scenarios.ts'
import { podScenarios } from './pod-scenarios.ts'
import { replicaScenarios } from './replica-scenarios.ts'
import type { Scenario } from './scenario.ts'
import { secretScenarios } from './secret-scenarios.ts'
import { watchScenarios } from './watch-scenarios.ts'

/** All of them, in the order of the table. */
export const scenarios: readonly Scenario[] = [
  ...watchScenarios,
  ...apiServerScenarios,
  ...eventScenarios,
  ...replicaScenarios,
  ...podScenarios,
  ...secretScenarios,
]
