/** The bytes of an X.509 v3 certificate (RFC 5280 §4.1) in DER, as much of it as tests need. */

export interface CertificateContent {
  readonly commonName: string
  /** DNS subjectAltNames. */
  readonly names: readonly string[]
  readonly role: 'leaf' | 'authority'
  readonly notBefore: Date
  readonly notAfter: Date
}

export interface CertificateSigning {
  readonly serialNumber: number
  readonly issuerCommonName: string
  /** SubjectPublicKeyInfo in DER. */
  readonly publicKeyInfo: Buffer
  readonly algorithm: 'ecdsaWithSHA256' | 'sha256WithRSA'
  readonly sign: (toBeSigned: Buffer) => Buffer
}

/** Builds and signs one certificate. */
export function certificateDer(content: CertificateContent, signing: CertificateSigning): Buffer {
  const algorithm = sequence(...algorithms[signing.algorithm])
  const toBeSigned = sequence(
    tlv(0xa0, integer(2)),
    integer(signing.serialNumber),
    algorithm,
    distinguishedName(signing.issuerCommonName),
    sequence(time(content.notBefore), time(content.notAfter)),
    distinguishedName(content.commonName),
    signing.publicKeyInfo,
    tlv(0xa3, sequence(...extensions(content))),
  )
  return sequence(toBeSigned, algorithm, bitString(signing.sign(toBeSigned)))
}

function extensions(content: CertificateContent): Buffer[] {
  const isAuthority = content.role === 'authority'
  const list = [extension(oids.basicConstraints, isAuthority ? sequence(tlv(0x01, Buffer.of(0xff))) : sequence())]
  if (isAuthority) list.push(extension(oids.keyUsage, tlv(0x03, Buffer.of(1, 0b0000_0110)))) // keyCertSign, cRLSign
  if (content.names.length > 0) {
    const dnsNames = content.names.map(name => tlv(0x82, Buffer.from(name, 'latin1')))
    list.push(extension(oids.subjectAltName, sequence(...dnsNames)))
  }
  return list
}

function extension(oid: Buffer, value: Buffer): Buffer {
  return sequence(oid, tlv(0x04, value))
}

function distinguishedName(commonName: string): Buffer {
  return sequence(tlv(0x31, sequence(oids.commonName, tlv(0x0c, Buffer.from(commonName)))))
}

/** UTCTime up to 2049, GeneralizedTime after (RFC 5280 §4.1.2.5). */
function time(date: Date): Buffer {
  const digits = date.toISOString().replace(/\.\d+/, '').replace(/[-:T]/g, '')
  return date.getUTCFullYear() < 2050 ? tlv(0x17, Buffer.from(digits.slice(2))) : tlv(0x18, Buffer.from(digits))
}

function integer(value: number): Buffer {
  const hex = value.toString(16)
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex')
  return tlv(0x02, (bytes[0] ?? 0) > 0x7f ? Buffer.concat([Buffer.of(0), bytes]) : bytes)
}

function bitString(bytes: Buffer): Buffer {
  return tlv(0x03, Buffer.concat([Buffer.of(0), bytes]))
}

function sequence(...items: readonly Buffer[]): Buffer {
  return tlv(0x30, Buffer.concat(items))
}

function tlv(tag: number, value: Buffer): Buffer {
  const { length } = value
  const header = length < 0x80 ? [tag, length] : [tag, 0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from(header), value])
}

function objectIdentifier(hex: string): Buffer {
  return tlv(0x06, Buffer.from(hex, 'hex'))
}

const oids = {
  commonName: objectIdentifier('550403'),
  subjectAltName: objectIdentifier('551d11'),
  basicConstraints: objectIdentifier('551d13'),
  keyUsage: objectIdentifier('551d0f'),
} as const

/** AlgorithmIdentifier contents: RFC 5758 §3.2 has no parameters, RFC 4055 §5 wants NULL. */
const algorithms = {
  ecdsaWithSHA256: [objectIdentifier('2a8648ce3d040302')],
  sha256WithRSA: [objectIdentifier('2a864886f70d01010b'), Buffer.of(0x05, 0x00)],
} as const
