import { missingSecrets, type Translation } from '@ingresskit/ingress-translator'
import type { KubernetesObject, ObjectSnapshot } from '@ingresskit/kubernetes-watch'
import {
  type CertificateFacts,
  type CertificateProblem,
  parseTlsSecret,
  type TlsSecret,
  type TlsStore,
} from '@ingresskit/tls-store'
import type { ReportedProblem } from '../problem.ts'
import { certificateProblem } from './snapshot-problems.ts'

export interface CertificatePublisherOptions {
  readonly tlsStore: TlsStore
  /** `--default-tls-secret`. */
  readonly defaultSecret: string | undefined
}

/** What is served, and what is wrong with it. The same object while nothing it depends on changed. */
export interface PublishedCertificates {
  readonly facts: readonly CertificateFacts[]
  readonly problems: readonly ReportedProblem[]
}

/** What certificates depend on: compared by identity. */
interface Basis {
  readonly tls: Translation['tls']
  readonly secrets: ObjectSnapshot['objects']['Secret']
  readonly lookedUp: 'all' | 'not-yet'
}

/** Hands the Secrets that Ingresses name to the TLS store. */
export class CertificatePublisher {
  readonly #options: CertificatePublisherOptions
  readonly #parsedSecrets = new WeakMap<KubernetesObject, ReturnType<typeof parseTlsSecret>>()
  #last: { readonly basis: Basis; readonly published: PublishedCertificates } | undefined

  constructor(options: CertificatePublisherOptions) {
    this.#options = options
  }

  /** Secrets to be read for certificates. */
  wanted({ secrets }: Translation): ReadonlySet<string> {
    const { defaultSecret } = this.#options
    return defaultSecret === undefined ? secrets : new Set([...secrets, defaultSecret])
  }

  /** Serves what these objects say. Until all Secrets were looked up, the absence of one says nothing. */
  publish(translation: Translation, { objects }: ObjectSnapshot, lookedUp: 'all' | 'not-yet'): PublishedCertificates {
    const basis: Basis = { tls: translation.tls, secrets: objects.Secret, lookedUp }
    if (this.#last !== undefined && isSameBasis(this.#last.basis, basis)) return this.#last.published
    const missing = lookedUp === 'all' ? missingSecrets(translation, key => objects.Secret.has(key)) : []
    const found = this.#serve(translation, objects.Secret)
    const published = {
      facts: this.#options.tlsStore.certificates(),
      problems: [...missing, ...found.map(problem => certificateProblem(problem, translation))],
    }
    this.#last = { basis, published }
    return published
  }

  /** The next `publish` judges anew: certificates expire without any change of an object. */
  recheck(): void {
    this.#last = undefined
  }

  #serve(translation: Translation, all: Basis['secrets']): readonly CertificateProblem[] {
    const { tlsStore, defaultSecret } = this.#options
    const secrets = new Map<string, TlsSecret>()
    const unreadableSecrets = new Set<string>()
    const found: CertificateProblem[] = []
    for (const key of this.wanted(translation)) {
      const object = all.get(key)
      if (object === undefined) continue
      const parsed = this.#parseSecret(object)
      if (parsed.kind === 'ok') secrets.set(key, parsed.secret)
      else {
        unreadableSecrets.add(key)
        found.push(parsed.problem)
      }
    }
    const judged = tlsStore.publish({
      bindings: translation.tls,
      secrets,
      unreadableSecrets,
      ...(defaultSecret === undefined ? {} : { defaultSecret }),
    })
    return [...found, ...judged]
  }

  #parseSecret(object: KubernetesObject): ReturnType<typeof parseTlsSecret> {
    let parsed = this.#parsedSecrets.get(object)
    if (parsed === undefined) {
      const { name, namespace = 'default' } = object.metadata
      parsed = parseTlsSecret({ namespace, name, type: object['type'], data: object['data'] })
      this.#parsedSecrets.set(object, parsed)
    }
    return parsed
  }
}

function isSameBasis(a: Basis, b: Basis): boolean {
  return a.tls === b.tls && a.secrets === b.secrets && a.lookedUp === b.lookedUp
}
