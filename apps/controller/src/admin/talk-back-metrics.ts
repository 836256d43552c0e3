import { Counter, Gauge, type Registry } from 'prom-client'
import type { TalkBackFacts } from '../cluster/talk-back.ts'

/** Who leads, and what it wrote to the cluster; `undefined` facts where nothing is written. */
export function registerTalkBackMetrics(registry: Registry, facts: () => TalkBackFacts | undefined): void {
  const registers = [registry]
  const leader: Gauge = new Gauge({
    name: 'ingresskit_leader',
    help: '1 while this replica writes statuses and Events',
    registers,
    collect: () => leader.set(facts()?.role === 'leader' ? 1 : 0),
  })
  counter('ingresskit_leader_transitions_total', 'Times the Lease changed hands', ({ transitions }) => transitions)
  counter('ingresskit_status_writes_total', 'Statuses written by this replica', ({ statusWrites }) => statusWrites)
  counter(
    'ingresskit_events_dropped_total',
    'Events left out for limits or failures',
    ({ eventsDropped }) => eventsDropped,
  )

  function counter(name: string, help: string, read: (facts: TalkBackFacts) => number): void {
    const metric: Counter = new Counter({
      name,
      help,
      registers,
      collect() {
        metric.reset()
        const current = facts()
        metric.inc(current === undefined ? 0 : read(current))
      },
    })
  }
}
