import { createEndpointWatcher, type EndpointWatcher } from '@ingresskit/endpoint-watcher'
import { type Translation, translateIngresses } from '@ingresskit/ingress-translator'
import type { ObjectSnapshot } from '@ingresskit/kubernetes-watch'
import { localInFlight } from '@ingresskit/load-balancing'
import type { TlsStore } from '@ingresskit/tls-store'
import { BalancedEndpoints } from '../balancing/balanced-endpoints.ts'
import { buildUpstreams, type CountsOf, type Upstreams } from '../balancing/build-upstreams.ts'
import type { BalancingEnvironment } from '../balancing/compose-balancer.ts'
import { NeededBackends } from '../balancing/needed-backends.ts'
import { SessionKey } from '../balancing/session-key.ts'
import type { SourceOptions } from '../options/option-table.ts'
import { defaultTarget } from './default-target.ts'
import { atOnce } from './build-in-turns.ts'
import { ProblemList } from './problem-list.ts'
import { CertificatePublisher } from './publish-certificates.ts'
import { endpointProblems } from './snapshot-problems.ts'
import type { Snapshot } from './snapshot.ts'

/** What a `SnapshotBuilder` works with. */
export interface SnapshotBuilderOptions {
  readonly options: SourceOptions
  readonly tlsStore: TlsStore
  /** `api-server` for a cluster; `none` for manifests, whose classes nobody admitted. */
  readonly admission: 'api-server' | 'none'
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** Where requests in flight are counted; default: in this thread. */
  readonly countsOf?: CountsOf
  /** Clock and randomness of the balancers. */
  readonly environment: BalancingEnvironment
  /** What session cookies are signed with unless a Secret says; the same in all threads. */
  readonly sessionKey: Uint8Array
}

/** Where Secrets come from: read only because an Ingress names them. */
export interface SecretReader {
  follow(secrets: ReadonlySet<string>): void
  /** Whether every followed Secret was looked up: until then, absence says nothing. */
  settled(): boolean
}

/** Builds each snapshot from the objects and the one before, so that it costs what changed. */
export class SnapshotBuilder {
  readonly #settings: SnapshotBuilderOptions
  readonly #endpoints: EndpointWatcher
  readonly #certificates: CertificatePublisher
  readonly #needs = new NeededBackends()
  readonly #problems = new ProblemList()
  readonly #endpointsOf: BalancedEndpoints
  readonly #sessionKey: SessionKey
  #previous: Snapshot | undefined
  #upstreams: Upstreams | undefined

  constructor(settings: SnapshotBuilderOptions) {
    this.#settings = settings
    this.#certificates = new CertificatePublisher({
      tlsStore: settings.tlsStore,
      defaultSecret: settings.options['default-tls-secret'],
    })
    this.#endpointsOf = new BalancedEndpoints(settings.options.zone)
    this.#sessionKey = new SessionKey(settings.options['session-secret'], settings.sessionKey)
    this.#endpoints = createEndpointWatcher({
      externalName: settings.options['external-name'],
      // Manifests mean the machine itself; an API server refuses slices with loopback addresses before we see them.
      loopback: 'allow',
    })
  }

  /** Makes the snapshot of these objects. `secrets` is told which Secrets they name, before those are looked at. */
  build(objects: ObjectSnapshot, secrets: SecretReader): Snapshot {
    return atOnce(this.steps(objects, secrets))
  }

  /** `build`, with pauses. One that was begun must be ended before the next begins. */
  *steps(objects: ObjectSnapshot, secrets: SecretReader): Generator<void, Snapshot> {
    const { options, now } = this.#settings
    const translation = this.#translate(objects)
    secrets.follow(this.#wantedSecrets(translation))
    yield
    const endpoints = yield* this.#endpoints.updateInSteps(objects)
    const defaults = defaultTarget(options['default-backend-service'], {
      firstPort: (namespace, name) => endpoints.forService(namespace, name)?.[0]?.port,
      service: key => objects.objects.Service.get(key),
    })
    const certificates = this.#certificates.publish(translation, objects, secrets.settled() ? 'all' : 'not-yet')
    const sessionKey = this.#sessionKey.of(objects)
    const needs = this.#needs.of(translation, defaults?.target)
    this.#upstreams = yield* buildUpstreams(
      { needs, endpoints, sessionKey: sessionKey.key },
      {
        previous: this.#upstreams,
        countsOf: this.#settings.countsOf ?? localInFlight,
        endpointsOf: this.#endpointsOf,
        environment: this.#settings.environment,
      },
    )
    const reported = [
      objects.problems,
      secrets.settled() ? sessionKey.problems : [],
      translation.problems,
      defaults?.problems ?? [],
      endpointProblems(endpoints, needs),
      certificates.problems,
    ]
    this.#previous = {
      version: (this.#previous?.version ?? 0) + 1,
      publishedAtMs: now(),
      translation,
      endpoints,
      upstreams: this.#upstreams.byKey,
      counts: this.#upstreams.counts,
      defaultTarget: defaults?.target,
      certificates: certificates.facts,
      problems: this.#problems.of(reported, objects),
    }
    return this.#previous
  }

  /** The next `build` judges certificates anew: they expire without any change of an object. */
  recheck(): void {
    this.#certificates.recheck()
  }

  #translate(objects: ObjectSnapshot): Translation {
    const { options, admission } = this.#settings
    return translateIngresses(
      {
        ingresses: objects.objects.Ingress,
        ingressClasses: objects.objects.IngressClass,
        services: objects.objects.Service,
        fileOf: object => objects.fileOf(object),
      },
      {
        ingressClasses: options['ingress-class'],
        controllerClasses: options['controller-class'],
        withoutClass: options['watch-ingress-without-class'] ? 'serve' : 'ignore',
        admission,
      },
      this.#previous?.translation,
    )
  }

  #wantedSecrets(translation: Translation): ReadonlySet<string> {
    const sessions = this.#settings.options['session-secret']
    const certificates = this.#certificates.wanted(translation)
    return sessions === undefined ? certificates : new Set([...certificates, sessions])
  }
}
