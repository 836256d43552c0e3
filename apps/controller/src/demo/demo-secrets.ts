import type { KubernetesObject } from '@ingresskit/kubernetes-watch'
import { z } from 'zod'
import { selfSignedIdentity } from '../self-signed.ts'

const ingressSchema = z.object({
  spec: z.object({
    tls: z.array(z.object({ hosts: z.array(z.string()).min(1), secretName: z.string().min(1) })).default([]),
  }),
})

/** A self-signed certificate for every `spec.tls` entry, in place of the two openssl commands of the guide. */
export async function demoSecrets(
  ingresses: Iterable<KubernetesObject>,
): Promise<ReadonlyMap<string, KubernetesObject>> {
  const secrets = new Map<string, KubernetesObject>()
  for (const ingress of ingresses) {
    const { namespace = 'default' } = ingress.metadata
    const parsed = ingressSchema.safeParse(ingress)
    for (const { hosts, secretName } of parsed.success ? parsed.data.spec.tls : []) {
      const identity = await selfSignedIdentity({ nowMs: Date.now(), commonName: hosts[0] ?? '', serverNames: hosts })
      secrets.set(`${namespace}/${secretName}`, {
        apiVersion: 'v1',
        kind: 'Secret',
        type: 'kubernetes.io/tls',
        metadata: { name: secretName, namespace },
        data: {
          'tls.crt': Buffer.from(identity.certificatePem).toString('base64'),
          'tls.key': Buffer.from(identity.privateKeyPem).toString('base64'),
        },
      })
    }
  }
  return secrets
}
