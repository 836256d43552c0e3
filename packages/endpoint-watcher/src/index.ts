export type { EndpointConditions, EndpointSet, ServiceEndpoint, ServicePortKey } from './endpoint-set.ts'
