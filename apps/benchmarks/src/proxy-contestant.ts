/**
 * One contestant of the data-plane benchmark, in a process of its own: `ingresskit` or `http-proxy-3`, in front of the
 * port given. Sends its own port when it listens, and its CPU time whenever it is asked.
 */
import { createServer, Agent } from 'node:http'
import type { AddressInfo } from 'node:net'
import { httpProxy3DataPlane } from '@ingresskit/proxy'
import { canonicalPath } from '@ingresskit/rule-matcher'
import httpProxy from 'http-proxy-3'

export type ContestantMessage =
  | { readonly kind: 'listening'; readonly port: number }
  | { readonly kind: 'cpu'; readonly microseconds: number }

const [name = '', port = ''] = process.argv.slice(2)
const backendPort = Number(port)

tell({ kind: 'listening', port: name === 'ingresskit' ? await startIngresskit() : await startHttpProxy3() })
process.on('message', () => {
  const { user, system } = process.cpuUsage()
  tell({ kind: 'cpu', microseconds: user + system })
})
process.on('disconnect', () => process.exit(0))

async function startIngresskit(): Promise<number> {
  const endpoint = { key: `127.0.0.1:${backendPort}`, address: '127.0.0.1', port: backendPort }
  const upstream = { pick: () => ({ kind: 'picked', endpoint }) as const, started: () => {}, finished: () => {} }
  const timeouts = { connectMs: 5000, readMs: 60_000 }
  const plane = httpProxy3DataPlane({
    listeners: [{ name: 'http', host: '127.0.0.1', port: 0 }],
    canonicalPath,
    route: () => ({ kind: 'forward', upstream, timeouts, maxAttempts: 3 }),
  })
  const [bound] = await plane.listen()
  return bound?.port ?? 0
}

/** As its users run it: a kept-alive agent, and the forwarded headers it can add. */
async function startHttpProxy3(): Promise<number> {
  const proxy = httpProxy.createProxyServer({
    target: `http://127.0.0.1:${backendPort}`,
    agent: new Agent({ keepAlive: true }),
    xfwd: true,
  })
  const server = createServer((request, response) => proxy.web(request, response))
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', resolve)
  })
  return (server.address() as AddressInfo).port
}

function tell(message: ContestantMessage): void {
  process.send?.(message)
}
