/** The fetch example with real backends, and a clock that only their answers move. */
import { fetch } from 'undici'
import { expect, onTestFinished, test } from 'vitest'
import { balancedDispatcher, fastestFirst } from '../src/fetch.ts'
import { startBackend } from './backend.ts'

test('a slow endpoint gets less than half of its share', async () => {
  let nowMs = 0
  const takes = (name: string, ms: number) =>
    startBackend(name, (_request, response) => {
      nowMs += ms
      response.end(name)
    })
  const backends = [await takes('slow', 100), await takes('fast', 10), await takes('fast', 10)]
  const urls = backends.map(({ url }) => url)
  const get = client(urls, () => nowMs)
  for (let i = 0; i < 90; i++) expect((await get()).status).toBe(200)
  const [slow = 0, ...fast] = backends.map(({ requestCount }) => requestCount())
  expect(slow).toBeGreaterThan(0)
  expect(slow).toBeLessThan(15)
  expect(slow + fast.reduce((sum, count) => sum + count, 0)).toBe(90)
})

test('an endpoint that only answers 503 is avoided after the first, however quick it is', async () => {
  const broken = await startBackend('broken', (_request, response) => response.writeHead(503).end())
  const sound = await startBackend('sound')
  const get = client([broken.url, sound.url], () => 0)
  await expect.poll(async () => (await get()).status === 503 && broken.requestCount(), { interval: 0 }).toBe(1)
  for (let i = 0; i < 20; i++) expect(await (await get()).text()).toBe('sound GET /cart')
  expect(broken.requestCount()).toBe(1)
})

test('what was aborted or could not connect is no longer in flight', async () => {
  const silent = await startBackend('silent', () => undefined)
  const balancer = fastestFirst([silent.url])
  const dispatcher = balancedDispatcher(balancer)
  onTestFinished(() => dispatcher.destroy())
  const aborter = new AbortController()
  const answer = fetch('http://shop.example/', { dispatcher, signal: aborter.signal })
  await expect.poll(silent.requestCount).toBe(1)
  expect(balancer.inFlight(silent.url)).toBe(1)
  aborter.abort()
  await expect(answer).rejects.toThrow('aborted')
  await expect.poll(() => balancer.inFlight(silent.url)).toBe(0)
  await silent.close()
  await expect(fetch('http://shop.example/', { dispatcher })).rejects.toThrow('fetch failed')
  expect(balancer.inFlight(silent.url)).toBe(0)
})

function client(urls: readonly string[], now: () => number): () => ReturnType<typeof fetch> {
  const dispatcher = balancedDispatcher(fastestFirst(urls, now), now)
  onTestFinished(() => dispatcher.destroy())
  return () => fetch('http://shop.example/cart', { dispatcher })
}
