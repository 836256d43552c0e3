import { canonicalPath, chooseAlternative, compileRules, explainMatch, normalizeHost } from '@ingresskit/rule-matcher'
import type { Rule } from '@ingresskit/rule-matcher'

const precedence = { object: 'default/shop' }
const rules: readonly Rule<string>[] = [
  { host: 'shop.example', path: '/', pathType: 'Prefix', precedence, value: 'web:80' },
  { host: 'shop.example', path: '/api', pathType: 'Prefix', precedence, value: 'api:8080' },
  { host: '*.example', path: '/', pathType: 'Prefix', precedence, value: 'landing:80' },
  // Beside the plain rule of the same path: it serves only the requests that are accepted for it.
  {
    host: 'shop.example',
    path: '/',
    pathType: 'Prefix',
    precedence,
    alternative: { rank: 0, key: 'language=zh' },
    value: 'web-zh:80',
  },
]
const { table } = compileRules({ rules, defaults: [] })

for (const [authority, rawPath, language] of [
  ['Shop.example:8080', '/api/orders', 'en'],
  ['shop.example', '/web/%2e%2e/api', 'zh'],
  ['shop.example', '/', 'zh'],
  ['blog.example', '/', 'zh'],
  ['shop.example', '/api%00', 'en'],
] as const) {
  console.log(`${authority}${rawPath} ${language} -> ${route(authority, rawPath, language)}`)
}
for (const { rule, verdict } of explainMatch(table, 'shop.example', '/api/orders').candidates) {
  console.log(`${rule.value}: ${verdict.kind}`)
}

function route(authority: string, rawPath: string, language: string): string {
  const host = normalizeHost(authority)
  const path = canonicalPath(rawPath)
  if (host.kind === 'invalid') return `400 (${host.reason})`
  if (path.kind === 'rejected') return `400 (${path.reason})`
  const match = chooseAlternative(
    table.match(host.host, path.matchPath),
    rule => rule.alternative?.key === `language=${language}`,
  )
  return match.kind === 'none' ? `404 (${match.reason})` : match.rule.value
}

// prints:
// Shop.example:8080/api/orders en -> api:8080
// shop.example/web/%2e%2e/api zh -> api:8080
// shop.example/ zh -> web-zh:80
// blog.example/ zh -> landing:80
// shop.example/api%00 en -> 400 (null-byte)
// api:8080: won
// web-zh:80: not-accepted
// web:80: shorter-prefix
// landing:80: less-specific-host
