/** One host and path, several groups of servers: which one a request gets. */
import {
  contentRank,
  describeContent,
  matchContent,
  parseBrowsers,
  parseFieldConditions,
  parseLanguages,
  pickWeighted,
  varyOf,
} from '@ingresskit/traffic-policies'
import type { ContentMatch, ContentRequest, Parsed } from '@ingresskit/traffic-policies'

const groups: readonly (readonly [name: string, match: ContentMatch])[] = [
  ['tomcat-zh', { languages: valueOf(parseLanguages('zh, zh-*')) }],
  ['tomcat-en', { languages: valueOf(parseLanguages('en')) }],
  ['tomcat-mobile', { browsers: valueOf(parseBrowsers('mobile')) }],
  ['tomcat-beta', { cookies: valueOf(parseFieldConditions('group=beta', 'cookie')) }],
]
const inOrder = groups.toSorted(([, a], [, b]) => contentRank(a) - contentRank(b))
const siteLanguages = groups.flatMap(([, match]) => match.languages ?? [])

const iPhone =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1'
for (const headers of [
  { 'accept-language': 'zh-TW,zh;q=0.9,en;q=0.8' },
  { 'accept-language': 'de,en;q=0.5' },
  { 'accept-language': 'zh', 'user-agent': iPhone },
  { 'accept-language': 'zh', cookie: 'group=beta' },
  { 'accept-language': 'fr' },
]) {
  console.log(`${JSON.stringify(headers).slice(0, 45)} -> ${choose(request(headers))}`)
}
for (const [name, match] of inOrder)
  console.log(`${name}: ${describeContent(match)}; Vary: ${varyOf(match).join(', ')}`)

function choose(incoming: ContentRequest): string {
  const found = inOrder.find(([, match]) => matchContent(match, incoming, siteLanguages).kind === 'matched')
  if (found !== undefined) return found[0]
  // Nobody's: split between two plain groups, a draw of 0.42 here and Math.random() in a program.
  return ['tomcat-v1', 'tomcat-v2'][pickWeighted([90, 10], 0.42) ?? 0] ?? 'tomcat-v1'
}

function request(headers: Readonly<Record<string, string>>): ContentRequest {
  const fields = new Map(Object.entries(headers))
  const get = (name: string): string | undefined => fields.get(name)
  return { method: 'GET', query: '', headers: { get, getAll: name => [get(name) ?? []].flat() } }
}

function valueOf<T>(parsed: Parsed<T>): T {
  if (parsed.kind === 'invalid') throw new Error(parsed.message)
  return parsed.value
}

// prints:
// {"accept-language":"zh-TW,zh;q=0.9,en;q=0.8"} -> tomcat-zh
// {"accept-language":"de,en;q=0.5"} -> tomcat-en
// {"accept-language":"zh","user-agent":"Mozilla -> tomcat-mobile
// {"accept-language":"zh","cookie":"group=beta" -> tomcat-beta
// {"accept-language":"fr"} -> tomcat-v1
// tomcat-beta: cookie group is "beta"; Vary: Cookie
// tomcat-mobile: browser mobile; Vary: Sec-CH-UA, Sec-CH-UA-Mobile, Sec-CH-UA-Platform, User-Agent
// tomcat-zh: language zh; Vary: Accept-Language
// tomcat-en: language en; Vary: Accept-Language
