/** Keeps the endpoint sets of a stream of object snapshots and tells when they change. */
import type { KubernetesObject, ObjectSnapshot } from '@ingresskit/kubernetes-watch'
import { diffEndpointSets, type EndpointSetsDiff } from './diff-endpoint-sets.ts'
import { endpointSets, endpointSetsInSteps, type EndpointSets, type EndpointSetsInput } from './endpoint-sets.ts'

/** The policy of `endpointSets`, fixed for the life of the watcher. */
export type EndpointWatcherOptions = Pick<EndpointSetsInput, 'externalName' | 'loopback'>

/** Told what is so now and which sets differ from before; a diff without entries means that only problems changed. */
export type EndpointSetsListener = (next: EndpointSets, diff: EndpointSetsDiff) => void

/** Level-based: it is given states, and a state that changes nothing is not passed on. */
export interface EndpointWatcher {
  /** The sets of the last snapshot; empty before the first. */
  readonly current: EndpointSets
  /**
   * Takes the next snapshot and answers its sets, having called the listeners if a set or a problem changed. O(1) when
   * neither Services nor EndpointSlices changed, else as `endpointSets`.
   */
  update(snapshot: ObjectSnapshot): EndpointSets
  /** `update`, with pauses for callers that must not be busy for long. It takes effect at its end; begin no other one before. */
  updateInSteps(snapshot: ObjectSnapshot): Generator<void, EndpointSets>
  /** Calls the listener on every later change, in `update`, after `current` was replaced. Returns how to stop it. */
  onChange(listener: EndpointSetsListener): () => void
}

/** A watcher that has seen no snapshot yet. It holds no resources: drop it to be done with it. */
export function createEndpointWatcher(options: EndpointWatcherOptions): EndpointWatcher {
  const listeners = new Set<EndpointSetsListener>()
  let current = endpointSets({ ...options, services: [], slices: [] })
  let services: ReadonlyMap<string, KubernetesObject> | undefined
  let slices: ReadonlyMap<string, KubernetesObject> | undefined

  return {
    get current() {
      return current
    },
    update(snapshot) {
      const steps = this.updateInSteps(snapshot)
      for (;;) {
        const step = steps.next()
        if (step.done === true) return step.value
      }
    },
    *updateInSteps({ objects }) {
      if (objects.Service === services && objects.EndpointSlice === slices) return current
      const previous = current
      current = yield* endpointSetsInSteps({
        ...options,
        previous,
        services: objects.Service.values(),
        slices: objects.EndpointSlice.values(),
      })
      services = objects.Service
      slices = objects.EndpointSlice
      if (current.sets !== previous.sets || current.problems !== previous.problems) {
        const diff = diffEndpointSets(previous, current)
        for (const listener of listeners) listener(current, diff)
      }
      return current
    },
    onChange(listener) {
      const own: EndpointSetsListener = (next, diff) => listener(next, diff)
      listeners.add(own)
      return () => void listeners.delete(own)
    },
  }
}
