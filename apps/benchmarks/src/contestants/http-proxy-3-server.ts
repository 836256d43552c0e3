/** http-proxy-3 in a process of its own: a kept-alive agent, and the forwarded headers it can add. */

import { readFileSync } from 'node:fs'
import { Agent, createServer, ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import httpProxy from 'http-proxy-3'

const proxy = httpProxy.createProxyServer({
  target: `http://127.0.0.1:${process.env['BACKEND_PORT']}`,
  agent: new Agent({ keepAlive: true, scheduling: 'lifo' }),
  xfwd: true,
})
proxy.on('error', (_error, _request, response) => {
  if (response instanceof ServerResponse && !response.headersSent) response.writeHead(502).end()
  else response?.destroy()
})
const pem = readFileSync(process.env['PEM_FILE'] ?? '')
const settings = { keepAliveTimeout: 75_000 }
const web = createServer(settings, (request, response) => proxy.web(request, response))
const secure = createTlsServer({ ...settings, cert: pem, key: pem }, (request, response) =>
  proxy.web(request, response),
)
web.on('upgrade', (request, socket, head) =>
  proxy.ws(request, socket, head, { target: `ws://127.0.0.1:${process.env['WEBSOCKET_PORT']}` }),
)
for (const server of [web, secure]) {
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', 4096, resolve)
  })
}
process.send?.({ http: (web.address() as AddressInfo).port, https: (secure.address() as AddressInfo).port })
process.on('disconnect', () => process.exit(0))
