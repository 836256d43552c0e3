import { type FSWatcher, watch } from 'node:fs'
import type { KubernetesObject, ObjectSnapshot, ObjectSource } from '@ingresskit/kubernetes-watch'
import { readDeployments } from './deployment.ts'
import type { PodFleet } from './pod-fleet.ts'
import { podSlices } from './pod-slices.ts'

export interface DemoSourceOptions {
  /** The manifests themselves. */
  readonly manifests: ObjectSource
  /** The same files, for the Deployments in them. */
  readonly paths: readonly string[]
  readonly fleet: PodFleet
  /** Secrets that are there unless the manifests have one of the same name. */
  readonly secrets: (ingresses: Iterable<KubernetesObject>) => Promise<ReadonlyMap<string, KubernetesObject>>
}

/** Manifests, plus what a cluster would add to them: pods, the EndpointSlices of the pods, and a certificate. */
export interface DemoSource extends ObjectSource {
  /** To be called when a pod came, went or changed. */
  podsChanged(): void
}

export function demoSource({ manifests, paths, fleet, secrets }: DemoSourceOptions): DemoSource {
  const watchers: FSWatcher[] = []
  let last: ObjectSnapshot | undefined
  let madeSecrets: ReadonlyMap<string, KubernetesObject> = new Map()
  let publish: (snapshot: ObjectSnapshot) => void = () => undefined

  const scale = async (): Promise<void> => {
    const deployments = readDeployments(paths)
    if (deployments !== undefined) await fleet.reconcile(deployments)
  }
  const overlay = (snapshot: ObjectSnapshot): ObjectSnapshot => ({
    ...snapshot,
    fileOf: object => snapshot.fileOf(object),
    objects: {
      ...snapshot.objects,
      EndpointSlice: new Map([
        ...snapshot.objects.EndpointSlice,
        ...podSlices(snapshot.objects.Service.values(), fleet.pods),
      ]),
      Secret: new Map([...madeSecrets, ...snapshot.objects.Secret]),
    },
  })
  const podsChanged = (): void => {
    if (last !== undefined) publish(overlay(last))
  }

  return {
    podsChanged,
    async start(listener) {
      const first = await manifests.start(snapshot => {
        last = snapshot
        publish(overlay(snapshot))
      })
      await scale()
      madeSecrets = await secrets(first.objects.Ingress.values())
      for (const path of paths) watchers.push(watch(path, { recursive: true }, () => void scale()))
      last ??= first
      publish = listener
      return overlay(last)
    },
    follow: references => manifests.follow(references),
    settled: () => manifests.settled(),
    health: () => manifests.health(),
    async close() {
      for (const watcher of watchers) watcher.close()
      publish = () => undefined
      await manifests.close()
      fleet.close()
    },
  }
}
