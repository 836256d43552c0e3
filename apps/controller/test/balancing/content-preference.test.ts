/** `match-language` and `match-browser`: by what the user prefers and uses. */

import { describe, expect, it } from 'vitest'
import { runCommand } from '../command/support/ingresskit-process.ts'
import { ingress, service } from '../command/support/manifests.ts'
import { balancedSite, dataPlanes } from './support/balanced-site.ts'

const names = ['plain', 'zh', 'de', 'phone', 'bots', 'fox']
const beside = (host: string, target: string, key: string, value: string): object =>
  ingress({
    name: `${host}-${target}`,
    host: `${host}.test`,
    paths: [{ service: target }],
    annotations: { [`ingresskit.dev/${key}`]: value },
  })

const agents = {
  firefox: 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0',
  chrome:
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36',
  iphone:
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1',
  googlebot: 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
} as const

describe.each(dataPlanes)('%s', (_setup, flags) => {
  const site = balancedSite({
    flags,
    backends: names,
    objects: ports => [
      ...names.flatMap(name => service(name, ports(name))),
      ingress({ name: 'lang-plain', host: 'lang.test', paths: [{ service: 'plain' }] }),
      beside('lang', 'zh', 'match-language', 'zh, zh-*'),
      beside('lang', 'de', 'match-language', 'de'),
      ingress({ name: 'browser-plain', host: 'browser.test', paths: [{ service: 'plain' }] }),
      beside('browser', 'bots', 'match-browser', 'bot'),
      beside('browser', 'phone', 'match-browser', 'mobile'),
      beside('browser', 'fox', 'match-browser', 'firefox'),
    ],
  })

  it.each([
    ['zh', 'zh'],
    ['zh-TW,zh;q=0.9,en;q=0.5', 'zh'],
    ['zh-Hans-CN', 'zh'],
    ['ZH-cn', 'zh'],
    ['de-AT', 'de'],
    ['de;q=0.5, zh;q=0.8', 'zh'],
    ['zh;q=0.5, de;q=0.8', 'de'],
    ['de, zh', 'de'],
    ['fr, de;q=0.3', 'de'],
    ['zh;q=0', 'plain'],
    ['fr, en', 'plain'],
    ['*', 'plain'],
    [',;q=, ;;', 'plain'],
    [undefined, 'plain'],
  ])('Accept-Language %s is served by %s', async (accepted, expected) => {
    const headers = accepted === undefined ? {} : { 'accept-language': accepted }
    const { status, headers: fields } = await site.send({ host: 'lang.test', headers })
    expect([status, fields['x-backend']]).toEqual([200, expected])
    expect(fields.vary?.toLowerCase()).toContain('accept-language')
  })

  it.each([
    [{ 'user-agent': agents.firefox }, 'fox'],
    [{ 'user-agent': agents.chrome }, 'plain'],
    [{ 'user-agent': agents.iphone }, 'phone'],
    [{ 'user-agent': agents.googlebot }, 'bots'],
    [{ 'user-agent': agents.chrome, 'sec-ch-ua-mobile': '?1' }, 'phone'],
    [{}, 'plain'],
  ])('the client %o is served by %s', async (headers, expected) => {
    const { status, headers: fields } = await site.send({ host: 'browser.test', headers })
    expect([status, fields['x-backend']]).toEqual([200, expected])
    expect(fields.vary?.toLowerCase()).toContain('user-agent')
    expect(fields.vary?.toLowerCase()).toContain('sec-ch-ua')
  })

  it('explain says which condition decided, and why another Ingress lost', async () => {
    const explained = async (language: string): Promise<string> => {
      const { status, stdout } = await runCommand([
        'explain',
        'GET',
        'http://lang.test/',
        '--manifests',
        site.folder.path,
        '--header',
        `Accept-Language: ${language}`,
      ])
      expect(status).toBe(0)
      return stdout
    }
    const chinese = await explained('zh-CN')
    expect(chinese).toMatch(/^ *rule: .*default\/lang-zh/m)
    expect(chinese).toMatch(/^ *because of: .*language/m)
    expect(chinese).toMatch(/^ *lost: .*default\/lang-de.*language.*zh/m)
    expect(await explained('en')).toMatch(/^ *rule: .*default\/lang-plain/m)
  })
})
