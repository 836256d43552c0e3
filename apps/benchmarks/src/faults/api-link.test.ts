import { echoBackend, rawClient, type EchoBackend } from '@ingresskit/testkit'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type ApiLink, apiLink } from './api-link.ts'

let server: EchoBackend
let link: ApiLink

beforeEach(async () => {
  server = await echoBackend({ name: 'api' })
  link = await apiLink(`http://127.0.0.1:${server.port}`)
})
afterEach(async () => {
  await link.close()
  await server.close()
})

const linkPort = (): number => Number(new URL(link.url).port)
const ask = 'GET /a HTTP/1.1\r\nHost: api\r\n\r\n'

it('carries requests and answers, also slowly', async () => {
  expect((await fetch(`${link.url}/a`)).status).toBe(200)
  link.limitRate(20_000)
  expect(await (await fetch(`${link.url}/a`)).json()).toMatchObject({ name: 'api', url: '/a' })
})

it.each(['end', 'reset'] as const)('cuts what is open (%s); what comes afterwards works', async mode => {
  const client = await rawClient(linkPort())
  client.send(ask)
  await client.until('X-Backend')
  link.cut(mode)
  await client.closed
  expect((await fetch(link.url)).status).toBe(200)
})

it('keeps a silenced connection open and lets nothing through; what comes afterwards works', async () => {
  const client = await rawClient(linkPort())
  client.send(ask)
  await client.until('X-Backend')
  link.silence()
  client.send(ask)
  expect((await fetch(link.url)).status).toBe(200)
  expect(server.requests.map(({ url }) => url)).toEqual(['/a', '/'])
  link.cut('reset')
  await client.closed
})

it('lets nobody in while it is down', async () => {
  link.down()
  await expect(fetch(link.url)).rejects.toThrow('fetch failed')
  expect(link.refused()).toBeGreaterThan(0)
  link.up()
  expect((await fetch(link.url)).status).toBe(200)
})
