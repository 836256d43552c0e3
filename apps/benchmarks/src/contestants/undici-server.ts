/** A proxy of node:http in front and an undici pool behind, in a process of its own: what a careful Node.js team would write in an afternoon. */

import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { Pool } from 'undici'

const pool = new Pool(`http://127.0.0.1:${process.env['BACKEND_PORT']}`, { pipelining: 1 })
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
])

function serve(request: IncomingMessage, response: ServerResponse): void {
  const headers: string[] = []
  const raw = request.rawHeaders
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = raw[at] ?? ''
    if (!hopByHop.has(name.toLowerCase())) headers.push(name, raw[at + 1] ?? '')
  }
  const { remoteAddress = '', localPort = 0 } = request.socket
  const protocol = 'encrypted' in request.socket ? 'https' : 'http'
  headers.push('X-Forwarded-For', remoteAddress, 'X-Forwarded-Proto', protocol)
  headers.push('X-Forwarded-Host', request.headers.host ?? '', 'X-Forwarded-Port', String(localPort))
  headers.push('X-Real-IP', remoteAddress, 'X-Request-ID', randomUUID())
  const hasBody = request.headers['content-length'] !== undefined || request.headers['transfer-encoding'] !== undefined
  pool.dispatch(
    { path: request.url ?? '/', method: request.method ?? 'GET', headers, body: hasBody ? request : null },
    {
      onRequestStart() {},
      onResponseStart(_controller, status, answered) {
        for (const name of hopByHop) delete answered[name]
        response.writeHead(status, answered as Record<string, string>)
      },
      onResponseData(controller, chunk) {
        if (response.write(chunk)) return
        controller.pause()
        response.once('drain', () => controller.resume())
      },
      onResponseEnd() {
        response.end()
      },
      onResponseError() {
        if (response.headersSent) response.destroy()
        else response.writeHead(502).end()
      },
    },
  )
}

const pem = readFileSync(process.env['PEM_FILE'] ?? '')
const settings = { keepAliveTimeout: 75_000 }
const web = createServer(settings, serve)
const secure = createTlsServer({ ...settings, cert: pem, key: pem }, serve)
for (const server of [web, secure]) {
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', 4096, resolve)
  })
}
process.send?.({ http: (web.address() as AddressInfo).port, https: (secure.address() as AddressInfo).port })
process.on('disconnect', () => process.exit(0))
