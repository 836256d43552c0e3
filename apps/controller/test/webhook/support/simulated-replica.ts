import type { Identity } from '../../../src/self-signed.ts'
import { bundlePublisher } from '../../../src/webhook/bundle-publisher.ts'
import { type CertificateRotation, startRotation } from '../../../src/webhook/certificate-rotation.ts'
import { issueIdentity } from '../../../src/webhook/issue-identity.ts'
import { service } from './bundles.ts'
import type { RandomValues } from './random-values.ts'
import type { SimulatedCluster } from './simulated-cluster.ts'
import type { SimulatedTime } from '../../support/simulated-time.ts'

/** Short, so that many renewals fit into a simulation. */
export const simulatedValidityMs = 7_200_000

/** One replica of the webhook in a simulated cluster: its certificates and nothing else of it. */
export class SimulatedReplica {
  readonly name: string
  readonly #rotation: CertificateRotation
  readonly #log: ReplicaLog
  #state: 'runs' | 'ended' = 'runs'

  private constructor(name: string, rotation: CertificateRotation, log: ReplicaLog) {
    this.name = name
    this.#rotation = rotation
    this.#log = log
  }

  static async start(
    name: string,
    world: { readonly time: SimulatedTime; readonly random: RandomValues; readonly cluster: SimulatedCluster },
  ): Promise<SimulatedReplica> {
    const { time, random, cluster } = world
    const log: ReplicaLog = { served: [], readiness: [], failures: [], isKilled: false }
    const publisher = bundlePublisher({ api: cluster.api, configuration: 'x', service, replica: name, now: time.now })
    const rotation = await startRotation({
      issue: async () => {
        if (cluster.issuing === 'impossible') throw new Error('no randomness')
        const options = { nowMs: time.now(), validityMs: simulatedValidityMs, serverNames: ['a.b.svc'], replica: name }
        return time.real(issueIdentity(options))
      },
      publish: async (authorities, signal) => publisher.publish(authorities, signal),
      use: identity => log.served.push(identity),
      onChange: reason => log.readiness.push(reason),
      onFailure: message => log.failures.push(message),
      now: time.now,
      // A process that was killed does nothing any more.
      schedule: (delayMs, run) => time.schedule(delayMs, () => (log.isKilled ? undefined : run())),
      random: () => random.number(),
    })
    return new SimulatedReplica(name, rotation, log)
  }

  /** What it serves now; `undefined` when it has ended or says that it is not ready. */
  get certificatePem(): string | undefined {
    if (this.#state === 'ended' || this.#rotation.notReady() !== undefined) return undefined
    return this.#log.served.at(-1)?.certificatePem
  }

  get notReady(): string | undefined {
    return this.#rotation.notReady()
  }

  /** Certificates so far. */
  get served(): number {
    return this.#log.served.length
  }

  /** Every change of readiness so far: the reason, or `undefined` for ready. */
  get readiness(): readonly (string | undefined)[] {
    return this.#log.readiness
  }

  get failures(): readonly string[] {
    return this.#log.failures
  }

  kill(): void {
    this.#state = 'ended'
    this.#log.isKilled = true
  }

  async close(): Promise<void> {
    this.#state = 'ended'
    await this.#rotation.close()
  }
}

interface ReplicaLog {
  readonly served: Identity[]
  readonly readiness: (string | undefined)[]
  readonly failures: string[]
  isKilled: boolean
}
