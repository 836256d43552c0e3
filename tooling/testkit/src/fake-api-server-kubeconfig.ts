// The kubeconfig of a fake API server.
import { stringify } from 'yaml'

/** A kubeconfig file's text whose only context, `fake`, is this server. */
export function kubeconfigYaml(server: {
  readonly url: string
  /** PEM text; without it the certificate is not verified. */
  readonly ca: string | undefined
  readonly token: string | undefined
}): string {
  const { url, ca, token } = server
  const trust =
    ca === undefined
      ? { 'insecure-skip-tls-verify': true }
      : { 'certificate-authority-data': Buffer.from(ca).toString('base64') }
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'fake',
    clusters: [{ name: 'fake', cluster: { server: url, ...trust } }],
    users: [{ name: 'fake', user: token === undefined ? {} : { token } }],
    contexts: [{ name: 'fake', context: { cluster: 'fake', user: 'fake' } }],
  })
}
