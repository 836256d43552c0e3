/** The node:http example with real backends. */
import { once } from 'node:events'
import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Balancer, type Endpoint, leastConn } from '@ingresskit/load-balancing'
import { expect, onTestFinished, test } from 'vitest'
import { balancingServer } from '../src/node-http.ts'
import { startBackend } from './backend.ts'

test('a request avoids the endpoint that has one in flight already', async () => {
  const held = Promise.withResolvers<void>()
  const slow = await startBackend('slow', (_request, response) => void held.promise.then(() => response.end('slow')))
  const idle = await startBackend('idle')
  const { url, balancer } = await startProxy(slow.url, idle.url)

  const first = fetch(url)
  await expect.poll(slow.requestCount).toBe(1)
  for (let i = 0; i < 4; i++) expect(await (await fetch(url)).text()).toBe('idle GET /')
  held.resolve()
  expect(await (await first).text()).toBe('slow')
  await expect.poll(() => inFlight(balancer)).toEqual([0, 0])
})

test('method, path and body reach the endpoint', async () => {
  const { url } = await startProxy((await startBackend('one')).url)
  const answer = await fetch(`${url}/cart?id=7`, { method: 'POST', body: 'two apples' })
  expect(await answer.text()).toBe('one POST /cart?id=7 two apples')
})

test('an endpoint that cannot be connected to is passed over for another one', async () => {
  const gone = await startBackend('gone')
  const up = await startBackend('up')
  await gone.close()
  const { url, balancer } = await startProxy(gone.url, up.url)
  for (let i = 0; i < 4; i++) expect(await (await fetch(url)).text()).toBe('up GET /')
  // What was sent of a body cannot be sent again.
  const posts = [await post(url), await post(url)]
  expect(posts.toSorted((a, b) => a - b)).toEqual([200, 502])
  await up.close()
  await expect.poll(async () => (await fetch(url)).status).toBe(503)
  expect(inFlight(balancer)).toEqual([0, 0])
})

test('a client that leaves before the answer leaves nothing in flight', async () => {
  const silent = await startBackend('silent', () => undefined)
  const { url, balancer } = await startProxy(silent.url)
  const client = request(url).on('error', () => undefined)
  client.end()
  await expect.poll(silent.requestCount).toBe(1)
  expect(inFlight(balancer)).toEqual([1])
  client.destroy()
  await expect.poll(() => inFlight(balancer)).toEqual([0])
})

test('an answer that is cut off is cut off for the client too', async () => {
  const cutting = await startBackend('cutting', (_request, response) => {
    response.writeHead(200, { 'content-length': 100 })
    response.write('half', () => response.destroy())
  })
  const { url, balancer } = await startProxy(cutting.url)
  const answer = await fetch(url)
  await expect(answer.text()).rejects.toThrow('terminated')
  await expect.poll(() => inFlight(balancer)).toEqual([0])
})

interface Proxy {
  readonly url: string
  readonly balancer: Balancer<Endpoint>
}

async function startProxy(...urls: readonly string[]): Promise<Proxy> {
  const balancer = leastConn(urls.map(key => ({ key })))
  const server = balancingServer(balancer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, balancer }
}

function inFlight(balancer: Balancer<Endpoint>): readonly number[] {
  return balancer.endpoints.map(({ key }) => balancer.inFlight(key))
}

async function post(url: string): Promise<number> {
  return (await fetch(url, { method: 'POST', body: 'once' })).status
}
