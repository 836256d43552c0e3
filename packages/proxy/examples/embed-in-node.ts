import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { defaultRetryRules, wireDataPlane, type Upstream } from '@ingresskit/proxy'

// Two upstreams; in real life these run elsewhere.
const backend = async (name: string): Promise<Upstream> => {
  const server = createServer((request, response) => response.end(`${name} got ${request.url}`)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const endpoint = { key: name, address: '127.0.0.1', port }
  server.unref()
  return { pick: () => ({ kind: 'picked', endpoint }), started: () => {}, connected: () => {}, finished: () => {} }
}
const shop = await backend('shop')
const blog = await backend('blog')

const proxy = wireDataPlane({
  listeners: [{ name: 'http', host: '127.0.0.1', port: 0 }],
  // One form per path, decided once. This one refuses what has several; @ingresskit/rule-matcher has the complete rules.
  canonicalPath: path =>
    /\/\.|%|\/\/|\\/.test(path)
      ? { kind: 'rejected', reason: 'not-plain' }
      : { kind: 'canonical', path, matchPath: path },
  route: head => ({
    kind: 'forward',
    upstream: head.path.startsWith('/blog') ? blog : shop,
    timeouts: { connectMs: 5000, readMs: 60_000 },
    retry: defaultRetryRules,
  }),
})
const [listener] = await proxy.listen()

for (const path of ['/', '/blog/1', '/%62log']) {
  const answer = await fetch(`http://127.0.0.1:${listener?.port}${path}`)
  console.log(answer.status, answer.ok ? await answer.text() : answer.headers.get('content-type'))
}
await proxy.drain({ delayMs: 0, timeoutMs: 5000 })

// prints:
// 200 shop got /
// 200 blog got /blog/1
// 400 text/html; charset=utf-8
