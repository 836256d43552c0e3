import type { TlsStore } from '@ingresskit/tls-store'
import type { RequestTallies } from '../admin/request-tallies.ts'
import type { HealthVerdicts } from '../health/health-verdicts.ts'
import type { Logger } from '../log.ts'
import type { Identity } from '../self-signed.ts'
import type { ServeOptions } from '../options/option-table.ts'
import type { Snapshot } from '../snapshot/snapshot.ts'
import { localTraffic } from './local-traffic.ts'
import { requestRecorder } from './request-recorder.ts'
import type { StartWorker } from './start-worker.ts'
import type { Traffic } from './traffic.ts'
import { WorkerTraffic } from './worker-traffic.ts'

export interface CreateTrafficOptions {
  readonly options: ServeOptions
  readonly admission: 'api-server' | 'none'
  /** Of this thread. */
  readonly tlsStore: TlsStore
  /** What the stores of all threads fall back to. */
  readonly fallbackIdentity: Identity
  /** What session cookies are signed with unless a Secret says. */
  readonly sessionKey: Uint8Array
  /** Counts of this thread, and of workers that are gone. */
  readonly tallies: RequestTallies
  /** The snapshot of this moment; only asked once there is one. */
  readonly snapshot: () => Snapshot
  /** What health checks found so far. */
  readonly verdicts: HealthVerdicts
  readonly log: Logger
  readonly startWorker: StartWorker
  onRestart(): void
}

/** One worker is this thread itself, several are threads of their own. */
export function createTraffic(settings: CreateTrafficOptions): Traffic {
  const { options, admission, fallbackIdentity, sessionKey, tallies, log, startWorker } = settings
  if (options.workers > 1) {
    return new WorkerTraffic({
      settings: { options, admission, fallbackIdentity, sessionKey },
      startWorker,
      tallies,
      verdicts: settings.verdicts,
      log,
      onRestart: () => settings.onRestart(),
    })
  }
  const recorder = requestRecorder({ accessLog: options['access-log'] ? 'on' : 'off', tallies, log })
  return localTraffic({ options, tlsStore: settings.tlsStore, recorder, snapshot: settings.snapshot })
}
