import { type CircuitBreakerLimits, circuitBreakerDefaults } from '@ingresskit/load-balancing'
import type { Parsed } from '@ingresskit/traffic-policies'
import { type KeyReaders, parseSettings } from './key-value-list.ts'
import { parsed } from './parsed.ts'
import { integer } from './value-readers.ts'

const limit = integer({ from: 0, to: 1_000_000 })

const readers: KeyReaders<CircuitBreakerLimits> = {
  connections: { key: 'connections', read: limit },
  pending: { key: 'pending', read: limit },
  requests: { key: 'requests', read: limit },
}

/** Reads `ingresskit.dev/circuit-breaker`: `connections`, `pending`, `requests`. */
export function parseCircuitBreaker(text: string): Parsed<CircuitBreakerLimits> {
  const limits = parseSettings(text, readers)
  return limits.kind === 'invalid' ? limits : parsed({ ...circuitBreakerDefaults, ...limits.value })
}
