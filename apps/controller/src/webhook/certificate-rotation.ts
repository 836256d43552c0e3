// A serving certificate that is renewed before it ends, and never used before clients can know its authority.
import type { Schedule } from '@ingresskit/kubernetes-watch'
import type { Identity } from '../self-signed.ts'
import type { PublishOutcome } from './bundle-publisher.ts'
import type { ServingIdentity } from './issue-identity.ts'

/** What a rotation works with; time and randomness are the caller's. */
export interface RotationOptions {
  /** Makes a new certificate that is valid for `validityMs` from now on. */
  issue(): Promise<ServingIdentity>
  /** Makes sure that these authorities of this replica, and no others of it, are in the bundle; never rejects. */
  publish(authorities: readonly string[], signal: AbortSignal): Promise<PublishOutcome>
  /** Serve this to new connections from now on. Called before `startRotation` resolves for the first time. */
  use(identity: Identity): void
  /** Told when `notReady` changes, with its new value. */
  onChange(notReady: string | undefined): void
  /** The bundle cannot be read or written now, or no certificate be made; it is tried again. Told once for each new sentence. */
  onFailure(message: string): void
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly schedule: Schedule
  /** In [0, 1). */
  readonly random: () => number
}

/** A rotation that goes on until it is closed. */
export interface CertificateRotation {
  /** Why clients may not be able to verify the certificate, or `undefined` when they are. */
  notReady(): string | undefined
  /** Stops, and takes this replica's authorities out of the bundle if that is possible within `goodbyeMs`. Never rejects. */
  close(): Promise<void>
}

/** A week: short enough that a bundle forgets replicas that ended badly, long enough to survive days without an API server. */
export const validityMs: number = 7 * 86_400_000
/**
 * From the bundle being stored until every API server has read it. They watch the configuration, so it takes them a fraction of a
 * second; this is for the ones that are slow.
 */
export const propagationMs = 15_000
/** How often the bundle is looked at, give or take a tenth. */
export const checkMs = 60_000
const renewAfter = 0.5
const firstRetryMs = 2000
const goodbyeMs = 3000
const answerMs = 20_000

/** Serves a first certificate at once; it is ready when the bundle has had its authority for `propagationMs`. */
export async function startRotation(options: RotationOptions): Promise<CertificateRotation> {
  const first = await options.issue()
  return new Rotation(options, first)
}

interface Certificate {
  readonly identity: ServingIdentity
  /** Since when its authority has been in the bundle without a break, as far as is known. */
  publishedAtMs: number | undefined
}

class Rotation implements CertificateRotation {
  readonly #options: RotationOptions
  readonly #stop = new AbortController()
  #serving: Certificate
  /** Made, and waiting to be known. */
  #next: Certificate | undefined
  #failure: string | undefined = 'it has not been written yet'
  #failures = 0
  #reported: string | undefined
  #cancel: () => void = () => undefined

  constructor(options: RotationOptions, first: ServingIdentity) {
    this.#options = options
    this.#serving = { identity: first, publishedAtMs: undefined }
    options.use(first)
    this.#reported = this.notReady()
    this.#cancel = options.schedule(0, () => void this.#check())
  }

  notReady(): string | undefined {
    const { identity, publishedAtMs } = this.#serving
    const now = this.#options.now()
    if (now >= identity.notAfterMs)
      return `the certificate has expired and could not be renewed: ${this.#failure ?? ''}`
    if (publishedAtMs === undefined) return `the certificate authority is not in caBundle: ${this.#failure ?? ''}`
    return now < publishedAtMs + propagationMs ? 'API servers may not have read caBundle yet' : undefined
  }

  async close(): Promise<void> {
    if (this.#stop.signal.aborted) return
    this.#cancel()
    this.#stop.abort()
    const { schedule, publish } = this.#options
    const goodbye = new AbortController()
    const cancel = schedule(goodbyeMs, () => goodbye.abort())
    await publish([], goodbye.signal)
    cancel()
  }

  async #check(): Promise<void> {
    try {
      await this.#renew()
      const outcome = this.#stop.signal.aborted ? undefined : await this.#publish()
      if (outcome === undefined || this.#stop.signal.aborted) return
      this.#learn(outcome)
      this.#switch(outcome)
    } catch (error) {
      this.#failed(`cannot make a certificate: ${error instanceof Error ? error.message : String(error)}`)
    }
    this.#report()
    this.#cancel = this.#options.schedule(this.#delayMs(), () => void this.#check())
  }

  async #renew(): Promise<void> {
    const { now, issue } = this.#options
    const { issuedAtMs, notAfterMs } = this.#serving.identity
    if (this.#next === undefined && now() >= issuedAtMs + (notAfterMs - issuedAtMs) * renewAfter) {
      this.#next = { identity: await issue(), publishedAtMs: undefined }
    }
  }

  async #publish(): Promise<PublishOutcome> {
    const { schedule, publish } = this.#options
    const late = new AbortController()
    const cancel = schedule(answerMs, () => late.abort())
    const outcome = await publish(
      this.#certificates().map(({ identity }) => identity.authorityPem),
      AbortSignal.any([this.#stop.signal, late.signal]),
    )
    cancel()
    return outcome
  }

  #learn(outcome: PublishOutcome): void {
    const now = this.#options.now()
    const absent = new Set(outcome.kind === 'published' ? outcome.added : outcome.missing)
    for (const certificate of this.#certificates()) {
      const isAbsent = absent.has(certificate.identity.authorityPem)
      if (isAbsent) certificate.publishedAtMs = undefined
      if (outcome.kind === 'published') certificate.publishedAtMs ??= now
    }
    if (outcome.kind === 'failed') return this.#failed(outcome.message)
    this.#failure = undefined
    this.#failures = 0
  }

  #failed(message: string): void {
    if (message !== this.#failure) this.#options.onFailure(message)
    this.#failure = message
    this.#failures += 1
  }

  /** Only right after the bundle was seen with the new authority in it. */
  #switch(outcome: PublishOutcome): void {
    const next = this.#next
    const now = this.#options.now()
    if (outcome.kind === 'failed' || next?.publishedAtMs === undefined) return
    if (now < next.publishedAtMs + propagationMs) return
    // Its authority stays in the bundle until the next check, about a minute: for handshakes that have begun.
    this.#serving = next
    this.#next = undefined
    this.#options.use(next.identity)
  }

  #report(): void {
    const notReady = this.notReady()
    if (notReady === this.#reported) return
    this.#reported = notReady
    this.#options.onChange(notReady)
  }

  #certificates(): readonly Certificate[] {
    return this.#next === undefined ? [this.#serving] : [this.#serving, this.#next]
  }

  /** After failures sooner, but later each time; else when something is to happen, at the latest after a minute. */
  #delayMs(): number {
    const { now, random } = this.#options
    const jitter = 0.9 + random() * 0.2
    if (this.#failures > 0) return Math.min(firstRetryMs * 2 ** Math.min(this.#failures - 1, 10), checkMs) * jitter
    const waits = this.#certificates().flatMap(({ publishedAtMs = Number.NaN }) => {
      const wait = publishedAtMs + propagationMs - now()
      return wait > 0 ? [wait] : []
    })
    return Math.min(checkMs * jitter, ...waits)
  }
}
