import { canonicalPath, compileRules, explainMatch, normalizeHost } from '@ingresskit/rule-matcher'
import type { Rule } from '@ingresskit/rule-matcher'

const precedence = { object: 'default/shop' }
const rules: readonly Rule<string>[] = [
  { host: 'shop.example', path: '/', pathType: 'Prefix', precedence, value: 'web:80' },
  { host: 'shop.example', path: '/api', pathType: 'Prefix', precedence, value: 'api:8080' },
  { host: '*.example', path: '/', pathType: 'Prefix', precedence, value: 'landing:80' },
]
const { table } = compileRules({ rules, defaults: [] })

for (const [authority, rawPath] of [
  ['Shop.example:8080', '/api/orders'],
  ['shop.example', '/web/%2e%2e/api'],
  ['blog.example', '/'],
  ['shop.example', '/api%00'],
] as const) {
  console.log(`${authority}${rawPath} -> ${route(authority, rawPath)}`)
}
for (const { rule, verdict } of explainMatch(table, 'shop.example', '/api/orders').candidates) {
  console.log(`${rule.value}: ${verdict.kind}`)
}

function route(authority: string, rawPath: string): string {
  const host = normalizeHost(authority)
  const path = canonicalPath(rawPath)
  if (host.kind === 'invalid') return `400 (${host.reason})`
  if (path.kind === 'rejected') return `400 (${path.reason})`
  const match = table.match(host.host, path.matchPath)
  return match.kind === 'none' ? `404 (${match.reason})` : match.rule.value
}

// prints:
// Shop.example:8080/api/orders -> api:8080
// shop.example/web/%2e%2e/api -> api:8080
// blog.example/ -> landing:80
// shop.example/api%00 -> 400 (null-byte)
// api:8080: won
// web:80: shorter-prefix
// landing:80: less-specific-host
