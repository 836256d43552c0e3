import { describe, expect, it } from 'vitest'
import { forDrawnCases } from '../../test/support/drawn-cases.ts'
import { problemOf } from '../../test/support/event-world.ts'
import { eventChanges } from './event-changes.ts'

const settleMs = 5000
const target = { uid: 'uid-1', resourceVersion: '1', apiVersion: 'networking.k8s.io/v1' }

describe('the changes of problems', () => {
  it('tell, in whatever order states come, each problem when it appears and when it has been away long enough', () => {
    forDrawnCases(draw => {
      const changes = eventChanges({ settleMs })
      /** By field: when each was last seen, as the plain reading of the rule has it. */
      const standing = new Map<string, number | 'here'>()
      let nowMs = 0
      for (const fields of draw.list(1, 30, () => new Set(draw.list(0, 4, () => draw.oneOf(['a', 'b', 'c']))))) {
        nowMs += draw.oneOf([0, 1000, 4999, 5000, 60_000])
        const appeared = [...fields].filter(field => !standing.has(field))
        for (const field of fields) standing.set(field, 'here')
        for (const [field, since] of standing) if (!fields.has(field) && since === 'here') standing.set(field, nowMs)
        const resolved = [...standing].flatMap(([field, since]) =>
          since !== 'here' && nowMs - since >= settleMs ? [field] : [],
        )
        for (const field of resolved) standing.delete(field)

        const problems = [...fields].map(field => problemOf({ field }))
        const told = changes.compare(problems, () => target, nowMs)
        const lines = told.map(({ kind, standing }) => `${kind} ${String(standing.problem.field)}`)
        const expected = [...appeared.map(field => `appeared ${field}`), ...resolved.map(field => `resolved ${field}`)]
        expect(new Set(lines)).toEqual(new Set(expected))
        expect(lines).toHaveLength(expected.length)
        const away = [...standing.values()].filter(since => since !== 'here')
        expect(changes.dueAtMs()).toBe(away.length === 0 ? undefined : Math.min(...away) + settleMs)
      }
    })
  })

  it('are none for an object that is not there or is another one by now', () => {
    const changes = eventChanges({ settleMs })
    expect(changes.compare([problemOf()], () => undefined, 0)).toEqual([])
    expect(changes.compare([problemOf()], () => target, 0)).toHaveLength(1)
    expect(changes.compare([], () => ({ ...target, uid: 'uid-2' }), 1000)).toEqual([])
    expect(changes.compare([], () => target, 60_000)).toEqual([])
    expect(changes.dueAtMs()).toBeUndefined()
  })
})
