export type { Balancer, Completion, Endpoint, PickInput, PickResult } from './balancer.ts'
