// Mirrors the Secrets and ConfigMaps that are followed, each by its name.
import type { ObjectKey, WatchedKind } from './kubernetes-object.ts'
import type { References } from './object-source.ts'
import { type Reflector, reflector, type ReflectorContext } from './reflector.ts'
import { watchedResources } from './watched-resources.ts'

/** One reflector for each followed object. */
export interface ReferenceReflectors {
  /** Mirrors what is followed from now on. */
  start(context: ReflectorContext): void
  /** Takes up what is new and drops what is followed no more. */
  follow(references: References): void
  ofKind(kind: WatchedKind): readonly Reflector[]
  /** Whether every followed object was looked up. */
  settled(): boolean
  /** References beyond the limit, which are not followed. */
  leftOut(): number
  close(): Promise<void>
}

/** None are followed at first, and `max` at most; `changed` is called when some were dropped. */
export function referenceReflectors(max: number, changed: () => void): ReferenceReflectors {
  const mirrors = {
    Secret: new Map<ObjectKey, Reflector>(),
    ConfigMap: new Map<ObjectKey, Reflector>(),
  }
  /** Dropped ones whose requests are not over yet; each leaves when they are. */
  const closing = new Set<Promise<void>>()
  let wanted: References = { secrets: new Set(), configMaps: new Set() }
  let leftOut = 0
  let context: ReflectorContext | undefined

  const drop = (mirror: Reflector): void => {
    const closed = mirror.close().finally(() => closing.delete(closed))
    closing.add(closed)
  }
  const update = (kind: 'Secret' | 'ConfigMap', keys: ReadonlySet<ObjectKey>): 'dropped' | 'kept' => {
    let result: 'dropped' | 'kept' = 'kept'
    for (const [key, mirror] of mirrors[kind]) {
      if (keys.has(key)) continue
      mirrors[kind].delete(key)
      drop(mirror)
      result = 'dropped'
    }
    for (const key of keys) {
      if (!context || mirrors[kind].has(key)) continue
      const slash = key.indexOf('/')
      const [namespace, name] = [key.slice(0, slash), key.slice(slash + 1)]
      mirrors[kind].set(key, reflector({ resource: watchedResources[kind], namespace, name }, context))
    }
    return result
  }
  const updateAll = (): void => {
    const results = [update('Secret', wanted.secrets), update('ConfigMap', wanted.configMaps)]
    if (results.includes('dropped')) changed()
  }
  const all = (): readonly Reflector[] => [...mirrors.Secret.values(), ...mirrors.ConfigMap.values()]

  return {
    start: next => {
      context = next
      updateAll()
    },
    follow: references => {
      const [secrets, configMaps] = [possible(references.secrets), possible(references.configMaps)]
      const kept = { secrets: first(secrets, max), configMaps: first(configMaps, Math.max(0, max - secrets.size)) }
      leftOut = secrets.size + configMaps.size - kept.secrets.size - kept.configMaps.size
      wanted = kept
      updateAll()
    },
    ofKind: kind => (kind === 'Secret' || kind === 'ConfigMap' ? [...mirrors[kind].values()] : []),
    settled: () =>
      all().length === wanted.secrets.size + wanted.configMaps.size && all().every(mirror => mirror.lookedUp()),
    leftOut: () => leftOut,
    close: async () => {
      wanted = { secrets: new Set(), configMaps: new Set() }
      for (const mirror of all()) drop(mirror)
      await Promise.all(closing)
    },
  }
}

/** In the order of the names, so that the choice does not depend on when who was asked for. */
function first(keys: ReadonlySet<ObjectKey>, count: number): ReadonlySet<ObjectKey> {
  return keys.size <= count ? keys : new Set([...keys].sort((a, b) => (a < b ? -1 : 1)).slice(0, count))
}

/** Names come from annotations; what can't be the name of an object is not put into a URL to be told so. */
function possible(keys: ReadonlySet<ObjectKey>): ReadonlySet<ObjectKey> {
  return new Set([...keys].filter(key => dnsKey.test(key)))
}

// RFC 1123 label and subdomain, as far as URLs and field selectors need it.
const dnsKey = /^[a-z0-9][-a-z0-9]{0,62}\/[a-z0-9][-a-z0-9.]{0,252}$/
