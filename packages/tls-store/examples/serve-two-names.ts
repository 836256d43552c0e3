import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { connect, createServer } from 'node:tls'
import { selfSignedCertificate } from '@ingresskit/testkit'
import { createTlsStore, tlsServerOptions } from '@ingresskit/tls-store'

const store = createTlsStore({
  fallbackIdentity: selfSignedCertificate({ names: [], commonName: 'fallback' }),
  now: Date.now,
})
store.publish({
  bindings: [
    { secret: 'shop/web', hosts: ['shop.example'], coveredHosts: [], owner: 'shop/web' },
    { secret: 'blog/wild', hosts: ['*.blog.example'], coveredHosts: [], owner: 'blog/all' },
  ],
  secrets: new Map([
    ['shop/web', { key: 'shop/web', ...selfSignedCertificate({ names: ['shop.example'] }) }],
    ['blog/wild', { key: 'blog/wild', ...selfSignedCertificate({ names: ['*.blog.example'] }) }],
  ]),
})

const { certificatePem: cert, privateKeyPem: key } = store.defaultIdentity
const server = createServer({
  ...tlsServerOptions,
  cert,
  key,
  SNICallback: (serverName, done) => done(null, store.contextFor(serverName)),
})
store.onDefaultChange(() => {
  const { certificatePem, privateKeyPem } = store.defaultIdentity
  server.setSecureContext({ ...tlsServerOptions, cert: certificatePem, key: privateKeyPem })
})
server.listen(0, '127.0.0.1')
await once(server, 'listening')

for (const servername of ['shop.example', 'anna.blog.example', 'unknown.example']) {
  const { port } = server.address() as AddressInfo
  const socket = connect({ port, host: '127.0.0.1', servername, rejectUnauthorized: false })
  await once(socket, 'secureConnect')
  console.log(servername, '->', socket.getPeerCertificate().subject.CN)
  socket.destroy()
}
server.close()
// prints: shop.example -> shop.example
// anna.blog.example -> *.blog.example
// unknown.example -> fallback
