import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import * as fc from 'fast-check'
import Negotiator from 'negotiator'
import { describe, expect, it, vi } from 'vitest'
import {
  decideCanary,
  matchContent,
  parseFieldConditions,
  type CanaryRule,
  type ContentMatch,
  type ContentRequest,
} from '../src/index.ts'
import { requestOf, valueOf } from './request-of.ts'

vi.mock('negotiator', { spy: true })

const sites = [['zh', 'en'], ['en', 'zh-Hant', 'de'], []] as const
const matches: readonly ContentMatch[] = [
  { languages: ['zh'] },
  { languages: ['en', 'zh-Hant'] },
  { cookies: valueOf(parseFieldConditions('a=1', 'cookie')) },
  { cookies: valueOf(parseFieldConditions('a~^2, b', 'cookie')) },
  { query: valueOf(parseFieldConditions('a=1', 'query')) },
  { query: valueOf(parseFieldConditions('a~^2, b', 'query')) },
]
const canary: CanaryRule = { cookie: 'a', weight: 1, weightTotal: 2 }

const value = fc.constantFrom('1', '2', 'always', 'never', '')
const pairs = fc.array(fc.tuple(fc.constantFrom('a', 'b'), value), { maxLength: 3 })
const joined = (separator: string): fc.Arbitrary<string> =>
  pairs.map(list => list.map(([name, text]) => `${name}=${text}`).join(separator))
const language = fc.constantFrom('', 'zh', 'en', 'zh;q=0.1, en', 'zh-Hant-TW', 'zh;q=0, en;q=0.5', 'de')
const requests = fc
  .tuple(language, fc.array(joined('; '), { maxLength: 2 }), joined('&'))
  .map(([accepted, cookies, query]) =>
    requestOf([['accept-language', accepted], ...cookies.map(line => ['cookie', line] as const)], { query }),
  )

describe('what is remembered of requests', () => {
  it('changes no answer, in whatever order requests and conditions come', async () => {
    const step = fc.record({ which: fc.nat(), match: fc.constantFrom(...matches), site: fc.constantFrom(...sites) })
    await fc.assert(
      fc.asyncProperty(
        fc.array(requests, { minLength: 1, maxLength: 3 }),
        fc.array(step, { minLength: 1, maxLength: 12 }),
        async (given, steps) => {
          const asked = steps.map(({ which, ...rest }) => ({
            ...rest,
            request: given[which % given.length] ?? requestOf(),
          }))
          const answers = asked.map(({ match, site, request }) => [
            matchContent(match, request, site),
            decideCanary(canary, request),
          ])
          for (const [index, { match, site, request }] of asked.entries()) {
            vi.resetModules()
            const fresh = await import('../src/index.ts')
            expect(answers[index]).toEqual([
              fresh.matchContent(match, request, site),
              fresh.decideCanary(canary, request),
            ])
          }
        },
      ),
      { numRuns: 30 },
    )
  })

  it('is not taken for what a request object says that is used again for another client', () => {
    const fields = { query: '?a=1', cookie: 'a=1', 'accept-language': 'zh' }
    const getAll = (name: string): readonly string[] =>
      name === 'cookie' || name === 'accept-language' ? [fields[name]] : []
    const reused: ContentRequest = {
      method: 'GET',
      get query() {
        return fields.query
      },
      headers: { get: name => getAll(name)[0], getAll },
    }
    const outcomes = (): readonly string[] =>
      matches.map(match => matchContent(match, reused, sites[0]).kind === 'matched').map(String)
    expect(outcomes()).toEqual(['true', 'false', 'true', 'false', 'true', 'false'])
    Object.assign(fields, { query: '?a=2&b', cookie: 'a=2; b=', 'accept-language': 'en' })
    expect(outcomes()).toEqual(['false', 'true', 'false', 'true', 'false', 'true'])
  })

  it('is one negotiation for all alternatives of a site, however long the field is', () => {
    const negotiations = vi.mocked(Negotiator)
    const site = Array.from({ length: 20 }, (_, index) => `x${index}`)
    const request = requestOf([['Accept-Language', Array.from({ length: 300 }, (_, index) => `x${index}`).join()]])
    negotiations.mockClear()
    const results = site.map(tag => matchContent({ languages: [tag] }, request, site).kind)
    expect(results).toEqual(['matched', ...Array.from({ length: 19 }, () => 'failed')])
    expect(negotiations).toHaveBeenCalledTimes(1)
  })

  it('ends with the next request', async () => {
    const judge = (request: ContentRequest): void => {
      for (const match of matches) matchContent(match, request, sites[0])
    }
    const forgotten = ((): WeakRef<ContentRequest> => {
      const request = requestOf([['cookie', 'a=1']], { query: '?a=1' })
      judge(request)
      return new WeakRef(request)
    })()
    judge(requestOf([['cookie', 'a=2']], { query: '?a=2' }))
    // A WeakRef holds its target until the job that made it is over.
    await new Promise(resolve => {
      setImmediate(resolve)
    })
    collectGarbage()
    expect(forgotten.deref()).toBeUndefined()
  })
})

setFlagsFromString('--expose-gc')
const gc: unknown = runInNewContext('gc')

const collectGarbage = (): void => {
  if (typeof gc === 'function') gc()
}
