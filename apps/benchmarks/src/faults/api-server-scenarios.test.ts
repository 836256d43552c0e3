import { expect, it } from 'vitest'
import { runScenario } from './run-scenario.ts'
import { violations } from './violations.ts'
import { apiServerScenarios } from './api-server-scenarios.ts'

// It rejects, too, when a controller never knows the cluster again.
it.concurrent.each([...apiServerScenarios])(
  'loses nothing and asks little: $title',
  { timeout: 240_000 },
  async scenario => {
    expect(violations(scenario, 'short', await runScenario(scenario, 'short'))).toEqual([])
  },
)
