/** The Fastify example with real backends. */
import type { Balancer, Endpoint } from '@ingresskit/load-balancing'
import { expect, onTestFinished, test } from 'vitest'
import { balancingApp, stickyBalancer } from '../src/fastify.ts'
import { startBackend } from './backend.ts'

test('a client with its cookie stays on its endpoint, clients without one are spread', async () => {
  const { url } = await startApp((await startBackend('one')).url, (await startBackend('two')).url)
  const first = await fetch(url)
  const name = await first.text()
  for (let i = 0; i < 5; i++) {
    const next = await fetch(url, { headers: { cookie: `theme=dark; ${sessionOf(first)}` } })
    expect(await next.text()).toBe(name)
    expect(next.headers.get('set-cookie')).toBeNull()
  }
  const strangers = [await (await fetch(url)).text(), await (await fetch(url)).text()]
  expect(strangers.toSorted()).toEqual(['one GET /', 'two GET /'])
})

test('a cookie that was not signed here counts as none', async () => {
  const { url } = await startApp((await startBackend('one')).url)
  const answer = await fetch(url, { headers: { cookie: 'session=forged.token' } })
  expect(sessionOf(answer)).toMatch(/^session=.+/u)
})

test('method, query and a JSON body reach the endpoint as they were sent', async () => {
  const { url } = await startApp((await startBackend('one')).url)
  const body = '{ "apples":  2 }'
  const answer = await fetch(`${url}/cart?id=7`, {
    method: 'PUT',
    body,
    headers: { 'content-type': 'application/json' },
  })
  expect(await answer.text()).toBe(`one PUT /cart?id=7 ${body}`)
})

test('sessions of an endpoint that is gone move to another one after five failures', async () => {
  const [one, two] = [await startBackend('one'), await startBackend('two')]
  const { url, balancer } = await startApp(one.url, two.url)
  const first = await fetch(url)
  const isOnOne = (await first.text()).startsWith('one')
  await (isOnOne ? one : two).close()
  const again = () => fetch(url, { headers: { cookie: sessionOf(first) } })
  for (let i = 0; i < 5; i++) expect((await again()).status).toBe(502)
  const moved = await expectMove(again)
  expect(await moved.text()).toBe(isOnOne ? 'two GET /' : 'one GET /')
  expect(sessionOf(moved)).not.toBe(sessionOf(first))
  await expect.poll(() => inFlight(balancer)).toEqual([0, 0])
})

test('a client that leaves before the answer leaves nothing in flight', async () => {
  const silent = await startBackend('silent', () => undefined)
  const { url, balancer } = await startApp(silent.url)
  const aborter = new AbortController()
  const answer = fetch(url, { signal: aborter.signal })
  await expect.poll(silent.requestCount).toBe(1)
  expect(inFlight(balancer)).toEqual([1])
  aborter.abort()
  await expect(answer).rejects.toThrow('aborted')
  await expect.poll(() => inFlight(balancer)).toEqual([0])
})

interface App {
  readonly url: string
  readonly balancer: Balancer<Endpoint>
}

async function startApp(...urls: readonly string[]): Promise<App> {
  const balancer = stickyBalancer(urls, 'a secret of the test')
  const app = balancingApp(balancer)
  onTestFinished(() => app.close())
  return { url: await app.listen({ port: 0, host: '127.0.0.1' }), balancer }
}

function sessionOf(answer: Response): string {
  return answer.headers.get('set-cookie')?.split(';')[0] ?? ''
}

/** The failure is told when the answer is through, which the client may see a little earlier. */
async function expectMove(again: () => Promise<Response>): Promise<Response> {
  let answer = await again()
  await expect.poll(async () => (answer.ok ? answer : (answer = await again())).status).toBe(200)
  return answer
}

function inFlight(balancer: Balancer<Endpoint>): readonly number[] {
  return balancer.endpoints.map(({ key }) => balancer.inFlight(key))
}
