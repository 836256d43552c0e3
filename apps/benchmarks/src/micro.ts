/**
 * What one step of the request path costs: matching, the canonical path, a pick.
 *
 * Each step is measured at several sizes in one run, so that growth shows as a ratio; times of different runs do not
 * compare. Usage: node --conditions=@ingresskit/source apps/benchmarks/src/micro.ts
 */
import { createBalancer, type Endpoint, strategyNames } from '@ingresskit/load-balancing'
import { canonicalPath, compileRules, normalizeHost, type Rule, type RuleTable } from '@ingresskit/rule-matcher'
import { bench, do_not_optimize, group, run } from 'mitata'

const ruleCounts = [30, 3000, 300_000]
const endpointCounts = [3, 100, 1000]

group('RuleTable.match, three paths a host', () => {
  for (const count of ruleCounts) {
    const table = tableOf(count)
    const host = `site-${Math.floor(count / 6)}.example`
    check(table, host)
    bench(`${count} rules`, () => do_not_optimize(table.match(host, '/shop/cart/items')))
  }
})

group('canonicalPath', () => {
  bench('clean', () => do_not_optimize(canonicalPath('/shop/cart/items')))
  bench('with dot segments and escapes', () => do_not_optimize(canonicalPath('/shop/./a/../cart/%7Eitems%2f1')))
})

group('normalizeHost', () => {
  bench('with a port', () => do_not_optimize(normalizeHost('Site-1.example:8080')))
})

for (const strategy of strategyNames) {
  group(`${strategy}, pick + started + finished`, () => {
    for (const count of endpointCounts) {
      const balancer = createBalancer(strategy, endpointsOf(count))
      let turn = 0
      bench(`${count} endpoints`, () => {
        turn += 1
        const picked = balancer.pick({ hashKey: `client-${turn & 1023}` })
        if (picked.kind === 'none') throw new Error('an endpoint must be picked')
        balancer.started(picked.endpoint)
        balancer.finished(picked.endpoint, { outcome: 'success' })
      })
    }
  })
}

await run({ colors: process.stdout.isTTY })

function tableOf(count: number): RuleTable<string> {
  const rules = Array.from({ length: count }, (_, index): Rule<string> => {
    const site = Math.floor(index / 3)
    const path = ['/', '/shop', '/shop/cart'][index % 3] ?? '/'
    return {
      host: `site-${site}.example`,
      path,
      pathType: 'Prefix',
      precedence: { object: `default/site-${site}` },
      value: path,
    }
  })
  return compileRules({ rules, defaults: [] }).table
}

/** A benchmark of wrong answers measures nothing. */
function check(table: RuleTable<string>, host: string): void {
  const match = table.match(host, '/shop/cart/items')
  if (match.kind !== 'rule' || match.rule.value !== '/shop/cart') throw new Error(`wrong match for ${host}`)
}

function endpointsOf(count: number): readonly Endpoint[] {
  return Array.from({ length: count }, (_, index) => ({ key: `10.0.${index >> 8}.${index & 255}:8080` }))
}
