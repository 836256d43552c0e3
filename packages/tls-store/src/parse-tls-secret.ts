/** Reads the two PEM texts out of a Secret that nobody has validated. */
import type { CertificateProblem, TlsSecret } from './tls-secret.ts'

/** The parts of a Kubernetes Secret that matter here, as the API sends them. */
export interface SecretObject {
  /** `metadata.namespace`. */
  readonly namespace: string
  /** `metadata.name`. */
  readonly name: string
  /** `kubernetes.io/tls`, `Opaque` or absent; service account tokens and the like are refused. */
  readonly type?: unknown
  /** `tls.crt` and `tls.key` in base64. */
  readonly data?: unknown
  /** The same in plain text, as manifests may have it; it wins over `data`, as it does in the API server. */
  readonly stringData?: unknown
}

/** The decoded Secret, or the problem that makes it useless. */
export type TlsSecretResult =
  | { readonly kind: 'ok'; readonly secret: TlsSecret }
  | { readonly kind: 'invalid'; readonly problem: CertificateProblem }

/** What the API server lets a Secret hold (MaxSecretSize, 1 MiB); manifests are held to it as well. */
const maxSecretBytes = 1_048_576

/**
 * Total: never throws. Checks that the texts are there and decode, not what is in them; `publish` does that. No problem
 * quotes the Secret's content.
 */
export function parseTlsSecret(object: SecretObject): TlsSecretResult {
  const key = `${object.namespace}/${object.name}`
  const { type } = object
  if (type !== undefined && type !== null && type !== 'kubernetes.io/tls' && type !== 'Opaque') {
    return invalid(key, { field: 'type', message: 'the Secret must be of type kubernetes.io/tls' })
  }
  const certificate = readText(object, 'tls.crt')
  if (certificate.kind === 'bad') return invalid(key, certificate)
  const privateKey = readText(object, 'tls.key')
  if (privateKey.kind === 'bad') return invalid(key, { ...privateKey, reason: 'PrivateKeyInvalid' })
  return { kind: 'ok', secret: { key, certificatePem: certificate.text, privateKeyPem: privateKey.text } }
}

type TextResult =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'bad'; readonly field: string; readonly message: string }

function readText(object: SecretObject, entry: 'tls.crt' | 'tls.key'): TextResult {
  const field = `data["${entry}"]`
  const plain = entryOf(object.stringData, entry)
  const encoded = entryOf(object.data, entry)
  const value = plain ?? encoded
  if (typeof value !== 'string' || value === '') return { kind: 'bad', field, message: `the Secret has no ${entry}` }
  if (value.length > 2 * maxSecretBytes) return tooLarge(field)
  const text = plain === undefined ? decodeBase64(value) : value
  if (text === undefined) return { kind: 'bad', field, message: `${entry} is not base64` }
  return Buffer.byteLength(text) > maxSecretBytes ? tooLarge(field) : { kind: 'text', text }
}

function tooLarge(field: string): TextResult {
  return { kind: 'bad', field, message: `more than ${maxSecretBytes} bytes` }
}

function entryOf(data: unknown, entry: 'tls.crt' | 'tls.key'): unknown {
  return typeof data === 'object' && data !== null && Object.hasOwn(data, entry)
    ? ((data as Readonly<Record<string, unknown>>)[entry] ?? undefined)
    : undefined
}

/** Padded standard base64 with line breaks, as Go's encoding/json reads it; `undefined` for everything else. */
function decodeBase64(value: string): string | undefined {
  const compact = value.replaceAll(/[\r\n]/g, '')
  const bytes = Buffer.from(compact, 'base64')
  return bytes.toString('base64') === compact ? bytes.toString('utf8') : undefined
}

function invalid(
  secret: string,
  what: Pick<CertificateProblem, 'message'> & Partial<Pick<CertificateProblem, 'field' | 'reason'>>,
): TlsSecretResult {
  const { message, field, reason = 'CertificateInvalid' } = what
  return {
    kind: 'invalid',
    problem: { severity: 'error', reason, secret, ...(field === undefined ? {} : { field }), message },
  }
}
