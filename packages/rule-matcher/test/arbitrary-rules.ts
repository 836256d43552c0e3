/** Rules, defaults and requests over alphabets so small that they collide all the time. */
import * as fc from 'fast-check'
import type { DefaultRule, Rule } from '../src/index.ts'

/** A rule set whose objects all differ in age, so that precedence alone decides every conflict. */
export interface RuleSet {
  readonly rules: readonly Rule<string>[]
  readonly defaults: readonly DefaultRule<string>[]
}

/** A request in the form `match` takes. */
export interface RequestTarget {
  readonly host: string
  readonly matchPath: string
}

const hosts = ['a.b.c', 'b.c', 'x.b.c', 'c', '*.b.c', '*.c', '*.a.b.c', undefined]
const segment = fc.constantFrom('a', 'aa', 'ab', 'b', '%2F', 'A')
const slash = fc.constantFrom('', '/')

const path: fc.Arbitrary<string> = fc
  .tuple(fc.array(segment, { maxLength: 3 }), slash)
  .map(([segments, end]) => '/' + segments.join('/') + (segments.length > 0 ? end : ''))

const note = fc.record({
  host: fc.constantFrom(...hosts),
  path,
  pathType: fc.constantFrom('Exact' as const, 'Prefix' as const, 'ImplementationSpecific' as const),
})

/** Up to 24 rules and 3 defaults. */
export const ruleSets: fc.Arbitrary<RuleSet> = fc
  .tuple(fc.array(note, { maxLength: 24 }), fc.array(fc.constantFrom(...hosts), { maxLength: 3 }))
  .chain(([notes, defaultHosts]) =>
    fc
      .shuffledSubarray(ages(notes.length + defaultHosts.length), { minLength: notes.length + defaultHosts.length })
      .map(order => ({
        rules: notes.map(({ host, path, pathType }, index) => ({
          host,
          path,
          pathType,
          precedence: { object: 'default/web', createdAtMs: order[index] ?? 0 },
          value: `rule ${index}`,
        })),
        defaults: defaultHosts.map((host, index) => ({
          host,
          precedence: { object: 'default/web', createdAtMs: order[notes.length + index] ?? 0 },
          value: `default ${index}`,
        })),
      })),
  )

/** Requests for the hosts and paths of `ruleSets`, and for their neighbours. */
export const requestTargets: fc.Arbitrary<RequestTarget> = fc.record({
  host: fc.constantFrom('a.b.c', 'b.c', 'x.b.c', 'c', 'y.b.c', 'z.c', 'q.a.b.c', 'p.q.b.c', 'other', '.b.c', '*.b.c'),
  matchPath: path,
})

function ages(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index)
}
