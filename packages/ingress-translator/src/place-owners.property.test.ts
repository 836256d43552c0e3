import { chooseAlternative, type Rule } from '@ingresskit/rule-matcher'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { ingress, pathTo, rule, translate } from '../test/objects.ts'
import type { KubernetesObject } from './kubernetes-object.ts'
import type { RouteTarget } from './route-target.ts'

const annotationsOf = {
  plain: {},
  methods: { 'ingresskit.dev/match-methods': 'GET' },
  header: { 'ingresskit.dev/match-headers': 'x-env' },
  canary: { 'nginx.ingress.kubernetes.io/canary': 'true', 'nginx.ingress.kubernetes.io/canary-weight': '100' },
  guarded: { 'nginx.ingress.kubernetes.io/auth-url': 'x' },
}

const paths = ['/', '/a', '/a/', '/a/b'] as const

interface Note {
  readonly namespace: 'one' | 'two'
  readonly kind: keyof typeof annotationsOf
  /** Years are few, so that names decide as well. */
  readonly year: number | null
  readonly path: (typeof paths)[number]
  readonly pathType: 'Prefix' | 'Exact' | 'ImplementationSpecific'
}

const notes: fc.Arbitrary<readonly Note[]> = fc.array(
  fc.record({
    namespace: fc.constantFrom('one', 'two'),
    kind: fc.constantFrom('plain', 'methods', 'header', 'canary', 'guarded'),
    year: fc.option(fc.integer({ min: 2024, max: 2026 })),
    path: fc.constantFrom(...paths),
    pathType: fc.constantFrom('Prefix', 'Exact', 'ImplementationSpecific'),
  }),
  { maxLength: 10 },
)

function objectOf({ namespace, kind, year, path, pathType }: Note, index: number): KubernetesObject {
  return ingress({
    namespace,
    name: `site-${index}`,
    annotations: annotationsOf[kind],
    ...(year === null ? {} : { creationTimestamp: `${year}-01-01T00:00:00Z` }),
    spec: { rules: [rule('a.example', pathTo('web', path, pathType))] },
  })
}

function placeIn(path: string, pathType: string): string {
  return pathType === 'Exact' ? `= ${path}` : `~ ${path === '/' ? path : path.replace(/\/$/u, '')}`
}

/** By place: the note of the oldest Ingress, by name among equals. */
function ownersAmong(given: readonly Note[]): ReadonlyMap<string, Note> {
  const age = ({ year }: Note): number => year ?? 9999
  const byName = given
    .map((note, index) => ({ note, name: `${note.namespace}/site-${index}` }))
    .toSorted((a, b) => age(a.note) - age(b.note) || (a.name < b.name ? -1 : 1))
  // Later entries replace earlier ones.
  return new Map(byName.toReversed().map(({ note }) => [placeIn(note.path, note.pathType), note]))
}

it('whatever two namespaces write, no request of a place that one of them owns is served by the other', () => {
  const accepted = fc.func<[number], boolean>(fc.boolean())
  fc.assert(
    fc.property(notes, fc.constantFrom(...paths, '/a/b/c', '/c'), accepted, (given, path, accepts) => {
      const translation = translate({ ingresses: given.map(objectOf) })
      const owners = ownersAmong(given)
      const namespaceOfPlace = (served: Rule<RouteTarget>): string | undefined =>
        owners.get(placeIn(served.path, served.pathType))?.namespace
      for (const served of translation.table.rules())
        expect(served.value.ingress.namespace).toBe(namespaceOfPlace(served))
      let asked = 0
      const match = chooseAlternative(translation.table.match('a.example', path), () => accepts((asked += 1)))
      if (match.kind !== 'rule') return
      expect(match.rule.value.ingress.namespace).toBe(namespaceOfPlace(match.rule))
    }),
    { numRuns: 500 },
  )
})

it('whoever is first at a place serves there, and whoever is left out is told', () => {
  fc.assert(
    fc.property(notes, given => {
      const translation = translate({ ingresses: given.map(objectOf) })
      const serving = new Set([...translation.table.rules()].map(({ value }) => value.ingress.name))
      for (const note of ownersAmong(given).values()) {
        if (note.kind !== 'canary') expect(serving).toContain(`site-${given.indexOf(note)}`)
      }
      const told = translation.problems.filter(
        ({ reason }) => reason === 'RuleConflict' || reason === 'CanaryWithoutMain',
      )
      expect(told.map(({ name }) => name).toSorted()).toEqual(
        given.map((_, index) => `site-${index}`).filter(name => !serving.has(name)),
      )
    }),
    { numRuns: 500 },
  )
})

it('a namespace gets the same requests whether or not the other claims places after it', () => {
  fc.assert(
    fc.property(notes, notes, (first, later) => {
      const own = first.map((note): Note => ({ ...note, namespace: 'one', year: note.year ?? 2026 }))
      const others = later.map((note): Note => ({ ...note, namespace: 'two', year: null }))
      const alone = own.map(objectOf)
      const before = translate({ ingresses: alone })
      const after = translate({
        ingresses: [...alone, ...others.map((note, index) => objectOf(note, own.length + index))],
        previous: before,
      })
      const ownRules = [...after.table.rules()].filter(({ value }) => value.ingress.namespace === 'one')
      const rulesAlone = [...before.table.rules()]
      expect(ownRules).toHaveLength(rulesAlone.length)
      for (const [index, kept] of ownRules.entries()) expect(kept).toBe(rulesAlone[index])
    }),
    { numRuns: 300 },
  )
})
