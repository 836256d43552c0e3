import { expect, it } from 'vitest'
import type { Problem } from '../problem.ts'
import { type StatusProblems, statusProblems } from './status-problems.ts'

const forbidden = { status: 403, message: 'forbidden', retryAfterMs: undefined }

function world(): { readonly problems: StatusProblems; readonly told: readonly Problem[] } {
  const told: Problem[] = []
  return { problems: statusProblems({ onFailure: problem => told.push(problem), onProblems: () => {} }), told }
}

const ingress = (name: string) => ({ key: `shop/${name}`, namespace: 'shop', name })
const reasons = (problems: StatusProblems): readonly string[] => problems.list().map(({ reason }) => reason)

it('a namespace stays forbidden when another Ingress in it needs no write', () => {
  const { problems, told } = world()
  problems.forbidden(ingress('a'), forbidden)
  problems.unneeded(ingress('b'))
  expect(reasons(problems)).toEqual(['StatusWriteForbidden'])
  problems.forbidden(ingress('a'), forbidden)
  expect(told).toHaveLength(1)
})

it('a namespace is forbidden no more when none of those that were refused needs a write', () => {
  const { problems } = world()
  for (const name of ['a', 'b']) problems.forbidden(ingress(name), forbidden)
  problems.unneeded(ingress('a'))
  expect(reasons(problems)).toEqual(['StatusWriteForbidden'])
  problems.unneeded(ingress('b'))
  expect(reasons(problems)).toEqual([])
})

it('a namespace is forbidden no more once something was written in it', () => {
  const { problems } = world()
  for (const name of ['a', 'b']) problems.forbidden(ingress(name), forbidden)
  problems.overcome(ingress('a'))
  expect(reasons(problems)).toEqual([])
})
