/** A real TLS server that asks a store, and a real client. */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { connect, createServer, type Server, type TLSSocket } from 'node:tls'
import { onTestFinished } from 'vitest'
import { tlsServerOptions, type TlsStore } from '../src/index.ts'

export interface TlsTestServer {
  readonly port: number
}

/** Echoes what it is sent; closes when the test ends, whose clients must be closed by then. */
export async function serve(store: TlsStore): Promise<TlsTestServer> {
  const { certificatePem: cert, privateKeyPem: key } = store.defaultIdentity
  const server: Server = createServer(
    { ...tlsServerOptions, cert, key, SNICallback: (name, done) => done(null, store.contextFor(name)) },
    socket => {
      socket.on('error', () => socket.destroy())
      socket.pipe(socket)
    },
  )
  server.on('tlsClientError', () => {})
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    server.close()
    await once(server, 'close')
  })
  return { port: (server.address() as AddressInfo).port }
}

/** Connects with certificate checks on; rejects when the chain or the name is wrong. */
export async function open(server: TlsTestServer, serverName: string, ca: string): Promise<TLSSocket> {
  const socket = connect({ port: server.port, host: '127.0.0.1', servername: serverName, ca })
  await once(socket, 'secureConnect')
  return socket
}

/** SHA-256 fingerprint of the certificate a new handshake is given; checks nothing. Without a name, no SNI is sent. */
export async function fingerprintFor(server: TlsTestServer, serverName?: string): Promise<string> {
  const name = serverName === undefined ? {} : { servername: serverName }
  const socket = connect({ port: server.port, host: '127.0.0.1', rejectUnauthorized: false, ...name })
  await once(socket, 'secureConnect')
  const { fingerprint256 } = socket.getPeerCertificate()
  socket.destroy()
  return fingerprint256
}
