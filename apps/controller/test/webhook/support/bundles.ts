import { X509Certificate } from 'node:crypto'
import type { FakeApiServer } from '@ingresskit/testkit'

/** Bundles as an API server reads them. */

/** Each certificate of a bundle, PEM. */
export function authoritiesIn(bundlePem: string): readonly string[] {
  const blocks = bundlePem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/gu) ?? []
  return blocks.map(block => new X509Certificate(block).toString())
}

/** Whether a client that trusts the bundle accepts the certificate at this moment. */
export function verifies(certificatePem: string, bundlePem: string, nowMs: number): boolean {
  const leaf = new X509Certificate(certificatePem)
  const isValid = (certificate: X509Certificate): boolean =>
    certificate.validFromDate.getTime() <= nowMs && nowMs < certificate.validToDate.getTime()
  return (
    isValid(leaf) &&
    authoritiesIn(bundlePem)
      .map(pem => new X509Certificate(pem))
      .some(authority => isValid(authority) && leaf.checkIssued(authority) && leaf.verify(authority.publicKey))
  )
}

export const service = { namespace: 'ingresskit', name: 'ingresskit-webhook' } as const

/** A ValidatingWebhookConfiguration with our webhook and one of somebody else. */
export function webhookConfiguration(caBundlePem?: string): Parameters<FakeApiServer['create']>[0] {
  const caBundle = caBundlePem === undefined ? {} : { caBundle: Buffer.from(caBundlePem).toString('base64') }
  const other = { namespace: 'other', name: 'ingresskit-webhook' }
  return {
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name: 'ingresskit', labels: { 'app.kubernetes.io/name': 'ingresskit' } },
    webhooks: [
      { name: 'other.example.com', clientConfig: { service: other, caBundle: 'b3RoZXI=' }, timeoutSeconds: 7 },
      { name: 'validate.ingresskit.dev', clientConfig: { service, ...caBundle }, timeoutSeconds: 2 },
    ],
  }
}

/** The bundle of our webhook as it is stored, PEM. */
export function storedBundle(server: FakeApiServer): string {
  const stored = server.get('ValidatingWebhookConfiguration', 'ingresskit')
  const webhooks = (stored?.['webhooks'] ?? []) as readonly { readonly clientConfig: { readonly caBundle?: string } }[]
  return Buffer.from(webhooks[1]?.clientConfig.caBundle ?? '', 'base64').toString()
}
