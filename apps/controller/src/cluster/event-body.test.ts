import { validateKubernetesObject } from '@ingresskit/testkit'
import { describe, expect, it } from 'vitest'
import { forDrawnCases } from '../../test/support/drawn-cases.ts'
import { problemOf } from '../../test/support/event-world.ts'
import { eventBody, eventName } from './event-body.ts'
import { isObjectProblem, type ObjectEvent, resolvedEvent, warningEvent } from './event-of-problem.ts'
import type { Problem } from '../problem.ts'

function eventOf(changes: Partial<Problem> = {}, uid = 'uid-1'): ObjectEvent {
  const problem = problemOf(changes)
  if (!isObjectProblem(problem)) throw new Error('the problem of tests names an object')
  return warningEvent(problem, { uid, resourceVersion: undefined, apiVersion: 'networking.k8s.io/v1' })
}

const dnsSubdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/

describe('the name of an event', () => {
  it('is a DNS subdomain, however long the name of the object', () => {
    forDrawnCases(draw => {
      const length = draw.integer(0, 251)
      const middle = Array.from({ length }, () => draw.oneOf(['a', '9', '-'])).join('')
      const labels = `a${middle}z`.replaceAll(/-{3}/g, 'b.c')
      const name = eventName(eventOf({ name: labels }), 'ingresskit')
      expect(name.length).toBeLessThanOrEqual(253)
      expect(name).toMatch(dnsSubdomain)
    })
  })

  it('is the same for the same event in another state of the object', () => {
    const later = { ...eventOf(), object: { ...eventOf().object, resourceVersion: '2' } }
    expect(eventName(later, 'ingresskit')).toBe(eventName(eventOf(), 'ingresskit'))
  })

  it('tells apart what is to be told apart', () => {
    const problem = problemOf()
    if (!isObjectProblem(problem)) throw new Error('the problem of tests names an object')
    const names = [
      eventOf(),
      eventOf({ reason: 'PathInvalid' }),
      eventOf({ field: 'spec' }),
      eventOf({ message: 'something else' }),
      eventOf({}, 'uid-2'),
      { ...eventOf(), scope: 'combined' as const },
      resolvedEvent(problem, eventOf().object),
    ].map(event => eventName(event, 'ingresskit'))
    expect(new Set([...names, eventName(eventOf(), 'another')]).size).toBe(8)
  })

  it('is the same for all that are combined', () => {
    const [one, other] = ['a', 'b'].map(message => eventName({ ...eventOf({ message }), scope: 'combined' }, 'x'))
    expect(one).toBe(other)
  })
})

describe('an event', () => {
  it('is within the limits of the API server, whatever the problem says', () => {
    const hostile = `\u001b]0;title\u0007${'漢'.repeat(5000)}`
    const event = eventOf({ message: hostile, field: hostile, reason: 'R'.repeat(500) })
    const source = { component: 'ingresskit', instance: 'i'.repeat(500) }
    const body = eventBody(event, source, { count: 1, firstMs: 0, lastMs: 0 })
    const bytes = (field: string): number => Buffer.byteLength(String(body[field]))
    expect([bytes('reason'), bytes('reportingInstance')]).toEqual([128, 128])
    expect(bytes('message')).toBeLessThanOrEqual(1024)
    expect(validateKubernetesObject(body)).toEqual([])
    expect(JSON.stringify(body)).not.toMatch(/\\u00[01]/)
    expect(body['metadata']).toMatchObject({ namespace: 'shop' })
    expect(body['involvedObject']).toMatchObject({ namespace: 'shop' })
  })
})
