import { z } from 'zod'
import type { OptionTable } from './option-definition.ts'
import { list, objectKey, text } from './option-schemas.ts'

/** What is written back to the cluster, and who of several replicas does it. Without effect on manifests. */
export const clusterOptions = {
  'publish-service': {
    shape: 'single',
    value: 'NS/NAME',
    help: 'Service whose addresses are written to status.loadBalancer of the Ingresses (default: none)',
    schema: objectKey.optional(),
  },
  'publish-status-address': {
    shape: 'list',
    value: 'ADDR,…',
    help: 'IP addresses or host names written to status.loadBalancer instead (default: none)',
    schema: list.default([]),
  },
  'publish-node-addresses': {
    shape: 'single',
    value: 'TYPE',
    help: 'external, internal or any: such addresses of the nodes that run this controller, instead (default none)',
    schema: z.enum(['none', 'external', 'internal', 'any']).default('none'),
  },
  'election-namespace': {
    shape: 'single',
    value: 'NS',
    help: 'namespace of the Lease that elects who writes to the cluster (default: own namespace)',
    schema: text.optional(),
  },
  'election-id': {
    shape: 'single',
    value: 'NAME',
    help: 'name of that Lease (default ingresskit-leader)',
    schema: text.default('ingresskit-leader'),
  },
} as const satisfies OptionTable
