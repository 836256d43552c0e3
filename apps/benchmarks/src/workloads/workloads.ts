import { idleConnections } from './idle-connections.ts'
import { latency } from './latency.ts'
import { memory } from './memory.ts'
import { reconfiguration } from './reconfiguration/reconfiguration.ts'
import { tlsHandshake } from './tls-handshake.ts'
import { webSocket } from './websocket.ts'
import type { Workload } from './workload.ts'
import { wrkWorkloads } from './wrk-workloads.ts'

/** Every workload, in the order in which they run. */
export const workloads: readonly Workload[] = [
  ...wrkWorkloads,
  tlsHandshake,
  webSocket,
  idleConnections,
  latency,
  memory,
  reconfiguration,
]
