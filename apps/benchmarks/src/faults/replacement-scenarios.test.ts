import { expect, it } from 'vitest'
import { podScenarios } from './pod-scenarios.ts'
import { replicaScenarios } from './replica-scenarios.ts'
import { runScenario } from './run-scenario.ts'
import { secretScenarios } from './secret-scenarios.ts'
import { violations } from './violations.ts'

const replacements = [...replicaScenarios, ...podScenarios, ...secretScenarios]

// It rejects, too, when a controller never knows the cluster again.
it.concurrent.each(replacements)('loses nothing and asks little: $title', { timeout: 240_000 }, async scenario => {
  expect(violations(scenario, 'short', await runScenario(scenario, 'short'))).toEqual([])
})
