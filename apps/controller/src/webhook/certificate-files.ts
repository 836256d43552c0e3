// A serving certificate from files that somebody else renews, cert-manager for example.
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createSecureContext } from 'node:tls'
import type { Schedule } from '@ingresskit/kubernetes-watch'
import type { Identity } from '../self-signed.ts'

/** Where the files are, and who is told of what is in them. */
export interface CertificateFilesOptions {
  /** PEM: the certificate first, then its intermediates. */
  readonly certificateFile: string
  /** PEM, not encrypted. */
  readonly keyFile: string
  /** Serve this to new connections from now on. Called before `followCertificateFiles` resolves for the first time. */
  use(identity: Identity): void
  /** The files cannot be used now; what was read before goes on being served. Told once for each new sentence. */
  onFailure(message: string): void
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly schedule: Schedule
}

/** Files that are followed until `close`. */
export interface CertificateFiles {
  /** Says so when the certificate that is served has expired; else `undefined`. */
  notReady(): string | undefined
  close(): void
}

/** Kubernetes replaces the files of a Secret with a symbolic link, which watches of files miss; reading two small files is cheap. */
const readEveryMs = 10_000

/** Reads the files now and then every ten seconds. Rejects when they cannot be used at all to begin with. */
export async function followCertificateFiles(options: CertificateFilesOptions): Promise<CertificateFiles> {
  const { certificateFile, schedule, now } = options
  let current = await readIdentity(options)
  let failure: string | undefined
  let state: 'open' | 'closed' = 'open'
  let cancel: () => void = () => undefined
  options.use(current.identity)

  const look = async (): Promise<void> => {
    try {
      const read = await readIdentity(options)
      if (state === 'closed') return
      failure = undefined
      const { certificatePem, privateKeyPem } = current.identity
      if (read.identity.certificatePem !== certificatePem || read.identity.privateKeyPem !== privateKeyPem) {
        current = read
        options.use(read.identity)
      }
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      if (state === 'open' && message !== failure) options.onFailure(message)
      failure = message
    }
    if (state === 'open') cancel = schedule(readEveryMs, () => void look())
  }
  cancel = schedule(readEveryMs, () => void look())
  return {
    notReady: () =>
      now() < current.notAfterMs ? undefined : `the certificate in "${certificateFile}" has expired; renew it`,
    close: () => {
      state = 'closed'
      cancel()
    },
  }
}

interface ReadIdentity {
  readonly identity: Identity
  readonly notAfterMs: number
}

async function readIdentity({ certificateFile, keyFile }: CertificateFilesOptions): Promise<ReadIdentity> {
  const [certificatePem, privateKeyPem] = await Promise.all([
    readPem(certificateFile, '--tls-cert-file'),
    readPem(keyFile, '--tls-key-file'),
  ])
  let leaf: X509Certificate
  let isPair: boolean
  try {
    leaf = new X509Certificate(certificatePem)
    isPair = leaf.checkPrivateKey(createPrivateKey(privateKeyPem))
    if (isPair) createSecureContext({ cert: certificatePem, key: privateKeyPem })
  } catch (cause) {
    // What OpenSSL says may quote the file.
    throw new Error(`"${certificateFile}" and "${keyFile}" are no PEM certificate and key; check the two files`, {
      cause,
    })
  }
  // While the files are replaced one by one they may not match.
  if (!isPair) throw new Error(`the key in "${keyFile}" does not belong to the certificate in "${certificateFile}"`)
  return { identity: { certificatePem, privateKeyPem }, notAfterMs: leaf.validToDate.getTime() }
}

async function readPem(file: string, option: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'it failed'
    throw new Error(`cannot read "${file}" (${code}); correct ${option}, or see that the Secret is mounted there`, {
      cause,
    })
  }
}
