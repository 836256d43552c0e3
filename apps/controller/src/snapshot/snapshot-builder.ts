import { createEndpointWatcher, type EndpointWatcher } from '@ingresskit/endpoint-watcher'
import { missingSecrets, type Translation, translateIngresses } from '@ingresskit/ingress-translator'
import type { KubernetesObject, ObjectSnapshot } from '@ingresskit/kubernetes-watch'
import { localInFlight } from '@ingresskit/load-balancing'
import { type CertificateProblem, parseTlsSecret, type TlsSecret, type TlsStore } from '@ingresskit/tls-store'
import { BalancedEndpoints } from '../balancing/balanced-endpoints.ts'
import { buildUpstreams, type CountsOf, noUpstreams, type Upstreams } from '../balancing/build-upstreams.ts'
import type { BalancingEnvironment } from '../balancing/compose-balancer.ts'
import { SessionKey } from '../balancing/session-key.ts'
import type { SourceOptions } from '../options/option-table.ts'
import { defaultTarget, targetsOf } from './default-target.ts'
import { certificateProblem, endpointProblems, withFile } from './snapshot-problems.ts'
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

/** Builds each snapshot from the objects and the one before, so that one change costs one compile. */
export class SnapshotBuilder {
  readonly #settings: SnapshotBuilderOptions
  readonly #endpoints: EndpointWatcher
  readonly #parsedSecrets = new WeakMap<KubernetesObject, ReturnType<typeof parseTlsSecret>>()
  readonly #endpointsOf: BalancedEndpoints
  readonly #sessionKey: SessionKey
  #previous: Snapshot | undefined
  #upstreams: Upstreams = noUpstreams

  constructor(settings: SnapshotBuilderOptions) {
    this.#settings = settings
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
    const { options, now } = this.#settings
    const translation = this.#translate(objects)
    secrets.follow(this.#wantedSecrets(translation))
    const missing = secrets.settled() ? missingSecrets(translation, key => objects.objects.Secret.has(key)) : []
    const endpoints = this.#endpoints.update(objects)
    const defaults = defaultTarget(options['default-backend-service'], {
      firstPort: (namespace, name) => endpoints.forService(namespace, name)?.[0]?.port,
      service: key => objects.objects.Service.get(key),
    })
    const fallback = defaults?.target
    const certificateProblems = this.#publishCertificates(objects, translation)
    const sessionKey = this.#sessionKey.of(objects)
    this.#upstreams = buildUpstreams(targetsOf(translation, fallback), endpoints, {
      previous: this.#upstreams,
      countsOf: this.#settings.countsOf ?? localInFlight,
      endpointsOf: this.#endpointsOf,
      environment: this.#settings.environment,
      sessionKey: sessionKey.key,
    })
    const reported = [
      ...objects.problems,
      ...(secrets.settled() ? sessionKey.problems : []),
      ...translation.problems,
      ...(defaults?.problems ?? []),
      ...missing,
      ...endpointProblems(endpoints, targetsOf(translation, fallback)),
      ...certificateProblems.map(problem => certificateProblem(problem, translation)),
    ]
    this.#previous = {
      version: (this.#previous?.version ?? 0) + 1,
      publishedAtMs: now(),
      translation,
      endpoints,
      upstreams: this.#upstreams.byKey,
      counts: this.#upstreams.counts,
      defaultTarget: fallback,
      certificates: this.#settings.tlsStore.certificates(),
      problems: reported.map(problem => withFile(problem, objects)),
    }
    return this.#previous
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
        ingressClass: options['ingress-class'],
        controllerClass: options['controller-class'],
        withoutClass: options['watch-ingress-without-class'] ? 'serve' : 'ignore',
        admission,
      },
      this.#previous?.translation,
    )
  }

  #wantedSecrets(translation: Translation): ReadonlySet<string> {
    const { 'default-tls-secret': tls, 'session-secret': sessions } = this.#settings.options
    const wanted = new Set(translation.secrets)
    for (const secret of [tls, sessions]) if (secret !== undefined) wanted.add(secret)
    return wanted
  }

  #certificateSecrets(translation: Translation): ReadonlySet<string> {
    const tls = this.#settings.options['default-tls-secret']
    return tls === undefined ? translation.secrets : new Set([...translation.secrets, tls])
  }

  #publishCertificates(objects: ObjectSnapshot, translation: Translation): readonly CertificateProblem[] {
    const defaultSecret = this.#settings.options['default-tls-secret']
    const secrets = new Map<string, TlsSecret>()
    const unreadableSecrets = new Set<string>()
    const found: CertificateProblem[] = []
    for (const key of this.#certificateSecrets(translation)) {
      const object = objects.objects.Secret.get(key)
      if (object === undefined) continue
      const parsed = this.#parseSecret(object)
      if (parsed.kind === 'ok') secrets.set(key, parsed.secret)
      else {
        unreadableSecrets.add(key)
        found.push(parsed.problem)
      }
    }
    found.push(
      ...this.#settings.tlsStore.publish({
        bindings: translation.tls,
        secrets,
        unreadableSecrets,
        ...(defaultSecret === undefined ? {} : { defaultSecret }),
      }),
    )
    return found
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
