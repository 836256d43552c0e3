import type { AttemptRecord } from '@ingresskit/proxy'
import { describe, expect, it } from 'vitest'
import {
  endpointFields,
  endpointSeriesKey,
  EndpointTallies,
  type EndpointTalliesSnapshot,
  endpointWidth,
  labelsOfEndpoint,
} from './endpoint-tallies.ts'

const web = { namespace: 'shop', ingress: 'web', service: 'web' }

function of({ keys, values }: EndpointTalliesSnapshot, endpoint: string): Readonly<Record<string, number | undefined>> {
  const index = keys.indexOf(endpointSeriesKey(web, endpoint))
  return Object.fromEntries(
    Object.entries(endpointFields).map(([name, offset]) => [name, values[index * endpointWidth + offset]]),
  )
}

const answered = (endpoint: string, latencyMs: number): AttemptRecord => ({ endpoint, outcome: 'answered', latencyMs })

describe('endpoint tallies', () => {
  it('count every attempt, those that failed, and the time to the first byte of those that were answered', () => {
    const tallies = new EndpointTallies()
    tallies.record(web, [{ endpoint: 'a', outcome: 'connect-failed' }, answered('b', 250)])
    tallies.record(web, [{ endpoint: 'b', outcome: 'client-aborted' }])
    const snapshot = tallies.snapshot()
    expect(of(snapshot, 'a')).toEqual({ picks: 1, failures: 1, answers: 0, seconds: 0 })
    expect(of(snapshot, 'b')).toEqual({ picks: 2, failures: 0, answers: 1, seconds: 0.25 })
  })

  it('tell Services apart that share an endpoint, and not Ingresses that share a Service', () => {
    const tallies = new EndpointTallies()
    tallies.record(web, [answered('a', 1)])
    tallies.record({ ...web, ingress: 'other' }, [answered('a', 1)])
    tallies.record({ ...web, service: 'api' }, [answered('a', 1)])
    const { keys } = tallies.snapshot()
    expect(keys.map(labelsOfEndpoint)).toEqual([
      { namespace: 'shop', service: 'web', endpoint: 'a' },
      { namespace: 'shop', service: 'api', endpoint: 'a' },
    ])
    expect(of(tallies.snapshot(), 'a')).toMatchObject({ picks: 2 })
  })

  it('add up and forget, and nothing else changes', () => {
    const [one, other] = [new EndpointTallies(), new EndpointTallies()]
    for (const endpoint of ['a', 'b', 'c']) one.record(web, [answered(endpoint, 10)])
    other.record(web, [answered('c', 30), answered('d', 40)])
    one.add(other.snapshot())
    one.forget([endpointSeriesKey(web, 'b'), 'no\nsuch\nendpoint'])
    one.record(web, [answered('d', 60), answered('b', 5)])
    const sum = one.snapshot()
    expect(of(sum, 'a')).toMatchObject({ picks: 1, seconds: 0.01 })
    expect(of(sum, 'b')).toMatchObject({ picks: 1, seconds: 0.005 })
    expect(of(sum, 'c')).toMatchObject({ picks: 2, seconds: 0.04 })
    expect(of(sum, 'd')).toMatchObject({ picks: 2, seconds: 0.1 })
  })

  it('stop at 100,000 endpoints and go on counting those that are known', () => {
    const tallies = new EndpointTallies()
    for (let index = 0; index < 100_010; index += 1) tallies.record(web, [answered(`e${index}`, 1)])
    tallies.record(web, [answered('e1', 1)])
    expect(tallies.snapshot().keys).toHaveLength(100_000)
    expect(of(tallies.snapshot(), 'e1')).toMatchObject({ picks: 2 })
  })
})
