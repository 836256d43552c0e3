import { z } from 'zod'
import type { OptionTable, OptionValues } from './option-definition.ts'
import { objectKey, port, seconds, text } from './option-schemas.ts'
import { sourceOptions } from './option-table.ts'

/** What `ingresskit webhook` takes: it reads no objects, so of the options about them only classes and the cluster's address. */
export const webhookOptions = {
  kubeconfig: sourceOptions.kubeconfig,
  context: sourceOptions.context,
  'ingress-class': sourceOptions['ingress-class'],
  'watch-ingress-without-class': sourceOptions['watch-ingress-without-class'],
  mode: sourceOptions.mode,
  bind: {
    shape: 'single',
    value: 'ADDR',
    help: 'address of the HTTPS listener (default ::)',
    schema: text.default('::'),
  },
  // Not `port`: INGRESSKIT_PORT is what Kubernetes tells pods about a Service named ingresskit.
  'webhook-port': {
    shape: 'single',
    value: 'PORT',
    help: 'HTTPS port of reviews and probes; 0 = any free one (default 9443)',
    schema: port.default(9443),
  },
  service: {
    shape: 'single',
    value: 'NS/NAME',
    help: 'Service that the API server calls; the certificate is for its name (default ingresskit/ingresskit-webhook)',
    schema: objectKey.default('ingresskit/ingresskit-webhook'),
  },
  'webhook-configuration': {
    shape: 'single',
    value: 'NAME',
    help: 'ValidatingWebhookConfiguration whose caBundle is kept up to date (default ingresskit)',
    schema: z
      .string()
      .regex(/^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/u, 'must be the name of an object')
      .default('ingresskit'),
  },
  'tls-cert-file': {
    shape: 'single',
    value: 'PATH',
    help: 'PEM certificate chain to serve instead of one made here; caBundle is left alone then (default: none)',
    schema: text.optional(),
  },
  'tls-key-file': {
    shape: 'single',
    value: 'PATH',
    help: 'its PEM private key; both files are read again when they change (default: none)',
    schema: text.optional(),
  },
  'drain-delay': {
    shape: 'single',
    value: 'SECONDS',
    help: 'after SIGTERM, keep accepting this long (default 5)',
    schema: seconds.default(5),
  },
  'log-level': sourceOptions['log-level'],
  'log-format': sourceOptions['log-format'],
} as const satisfies OptionTable

export type WebhookCommandOptions = OptionValues<typeof webhookOptions>
