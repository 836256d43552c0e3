import { type ClusterApi, pause } from '@ingresskit/kubernetes-watch'
import { service } from './bundles.ts'
import type { RandomValues } from './random-values.ts'
import type { SimulatedTime } from '../../support/simulated-time.ts'

/** A ValidatingWebhookConfiguration behind a network in virtual time, which loses requests and answers as told. */
export class SimulatedCluster {
  readonly #time: SimulatedTime
  readonly #random: RandomValues
  #version = 1
  #bundle = ''
  #past: { readonly pem: string; readonly untilMs: number }[] = []
  /** Share of requests that fail somehow. */
  faultRate = 0
  /** No answer to anything until then, milliseconds since the epoch. */
  awayUntilMs = 0
  /** Whether replicas can make certificates. */
  issuing: 'possible' | 'impossible' = 'possible'

  constructor(time: SimulatedTime, random: RandomValues) {
    this.#time = time
    this.#random = random
  }

  /** The bundle as it is stored now, PEM. */
  get bundle(): string {
    return this.#bundle
  }

  /** What API servers may go by that are at most so late: the bundle as it is, and as it was at any moment since then. */
  bundlesSince(agoMs: number): readonly string[] {
    this.#past = this.#past.filter(({ untilMs }) => untilMs > this.#time.now() - 60_000)
    const late = this.#past.filter(({ untilMs }) => untilMs > this.#time.now() - agoMs)
    return [this.#bundle, ...late.map(({ pem }) => pem)]
  }

  /** As somebody with an editor does it. */
  overwrite(bundlePem: string): void {
    this.#past.push({ pem: this.#bundle, untilMs: this.#time.now() })
    this.#bundle = bundlePem
    this.#version += 1
  }

  readonly api: ClusterApi = {
    request: async ({ method, body, signal }) => {
      await this.#travel(signal)
      const status = method === 'PUT' ? this.#put(body?.text ?? '') : 200
      await this.#travel(signal)
      const text = JSON.stringify(status === 200 ? this.#object() : { kind: 'Status', code: status, message: 'no' })
      return { status, retryAfterMs: undefined, body: chunks(text) }
    },
    close: async () => undefined,
  }

  /** Half of the way: mostly fast, sometimes slow, sometimes never. */
  async #travel(signal: AbortSignal): Promise<void> {
    const isLost = this.#time.now() < this.awayUntilMs || this.#random.number() < this.faultRate / 2
    const isReset = isLost && this.#random.number() < 0.5
    await pause(this.#time.schedule, isLost && !isReset ? 3_600_000 : this.#random.integer(1, 2000), signal)
    signal.throwIfAborted()
    if (isReset) throw new Error('reset')
  }

  #put(text: string): number {
    const object = JSON.parse(text) as Configuration
    if (object.metadata.resourceVersion !== String(this.#version)) return 409
    this.overwrite(Buffer.from(object.webhooks[0]?.clientConfig.caBundle ?? '', 'base64').toString())
    return 200
  }

  #object(): Configuration {
    const caBundle = Buffer.from(this.#bundle).toString('base64')
    return {
      metadata: { resourceVersion: String(this.#version) },
      webhooks: [{ clientConfig: { service, caBundle } }],
    }
  }
}

interface Configuration {
  readonly metadata: { readonly resourceVersion: string }
  readonly webhooks: readonly { readonly clientConfig: { readonly service: object; readonly caBundle: string } }[]
}

async function* chunks(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}
