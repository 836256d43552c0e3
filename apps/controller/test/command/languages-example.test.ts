/** The languages example: which group of servers answers whom. */

import { request } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { askJson } from './support/http-client.ts'
import { freePorts, killCommands, readyServer, startCommand, type RunningServer } from './support/ingresskit-process.ts'

const phone =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1'
let demo: RunningServer

beforeAll(async () => {
  demo = await readyServer(
    startCommand(['demo', ...freePorts, '--bind', '127.0.0.1', '--manifests', 'examples/languages']),
  )
})

afterAll(killCommands)

test.each([
  ['web-zh', 'the weights say so', { 'Accept-Language': 'zh-CN,zh;q=0.9,en;q=0.8' }],
  ['web-zh', 'the order in the field does not', { 'Accept-Language': 'en;q=0.3, zh-TW' }],
  ['web-zh', 'French is preferred and not there', { 'Accept-Language': 'fr, zh;q=0.6, en;q=0.4' }],
  ['web-en', 'the weights say so', { 'Accept-Language': 'en-GB,en;q=0.9,zh;q=0.5' }],
  ['web', 'no group speaks it', { 'Accept-Language': 'fr' }],
  ['web', 'Chinese is refused', { 'Accept-Language': 'fr, zh;q=0' }],
  ['web', 'no language is named', {}],
  ['web-mobile', 'the browser says so in a client hint', { 'Sec-CH-UA-Mobile': '?1' }],
  ['web-mobile', 'the browser comes before the language', { 'User-Agent': phone, 'Accept-Language': 'zh' }],
])('%s answers when %s: %o', async (group, _why, headers) => {
  const { pod, vary } = await get(headers)
  expect(pod.replace(/-[0-9a-f]{6}$/u, '')).toBe(group)
  expect(vary).toEqual(expect.arrayContaining(['accept-language', 'user-agent', 'sec-ch-ua-mobile']))
})

test('both pods of a group take part', async () => {
  const pods = new Set<string>()
  for (let i = 0; i < 4; i++) pods.add((await get({ 'Accept-Language': 'zh' })).pod)
  expect(pods.size).toBe(2)
})

test('explain names the condition, and what is against the others', async () => {
  const explanation = await askJson<{ readonly condition: string; readonly candidates: readonly object[] }>(
    demo.admin,
    `/api/v1/explain?url=http://shop.example/&header=${encodeURIComponent('Accept-Language: zh-CN, en;q=0.5')}`,
  )
  expect(explanation.condition).toBe('language zh')
  expect(explanation.candidates).toContainEqual(
    expect.objectContaining({ ingress: 'default/shop-en', message: expect.stringContaining('zh') as string }),
  )
})

async function get(
  headers: Readonly<Record<string, string>>,
): Promise<{ readonly pod: string; readonly vary: readonly string[] }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ pod: string; vary: readonly string[] }>()
  const client = request({
    port: demo.http,
    host: '127.0.0.1',
    agent: false,
    headers: { ...headers, host: 'shop.example' },
  })
  client.on('error', reject)
  client.on('response', response => {
    response.resume()
    const { vary = '', 'x-pod': pod } = response.headers
    response.once('end', () => resolve({ pod: String(pod), vary: vary.toLowerCase().split(/, */u) }))
  })
  client.end()
  return promise
}
