// Joins what the files hold into one set of objects.
import type { KubernetesObject, ObjectKey, WatchedKind } from './kubernetes-object.ts'
import type { ReadManifest } from './manifest-cache.ts'
import { keepIfSame, objectKey, objectMaps, type ObjectMaps } from './object-maps.ts'
import type { References, SourceProblem } from './object-source.ts'

/** Which objects are wanted. */
export interface ManifestSelection {
  /** `undefined` = every namespace. */
  readonly namespaces: ReadonlySet<string> | undefined
  /** Secrets and ConfigMaps that are wanted whatever their namespace. */
  readonly references: References
}

/** All wanted objects of all files. */
export interface MergedManifests {
  readonly objects: ObjectMaps
  readonly files: ReadonlyMap<KubernetesObject, string>
  readonly problems: readonly SourceProblem[]
}

/**
 * Joins files in their order: of two objects of one kind and key the first wins, the other is a `DuplicateObject`.
 *
 * Maps in which nothing changed are the previous ones. O(objects).
 */
export function mergeManifests(
  manifests: readonly ReadManifest[],
  selection: ManifestSelection,
  previous: ObjectMaps,
): MergedManifests {
  const files = new Map<KubernetesObject, string>()
  const problems: SourceProblem[] = manifests.flatMap(manifest => manifest.problems)
  const merged = new Map<WatchedKind, Map<ObjectKey, KubernetesObject>>()
  for (const { path, objects } of manifests) {
    for (const object of objects) {
      if (!isSelected(object, selection)) continue
      const kind = object.kind as WatchedKind
      const ofKind = merged.get(kind) ?? new Map<ObjectKey, KubernetesObject>()
      merged.set(kind, ofKind)
      const first = ofKind.get(objectKey(object))
      if (first) {
        problems.push(duplicate(object, path, files.get(first) ?? path))
        continue
      }
      ofKind.set(objectKey(object), object)
      files.set(object, path)
    }
  }
  return {
    objects: objectMaps(kind => keepIfSame(previous[kind], merged.get(kind) ?? new Map<ObjectKey, KubernetesObject>())),
    files,
    problems,
  }
}

function isSelected(object: KubernetesObject, { namespaces, references }: ManifestSelection): boolean {
  const { namespace } = object.metadata
  if (namespaces === undefined || namespace === undefined || namespaces.has(namespace)) return true
  if (object.kind === 'Secret') return references.secrets.has(objectKey(object))
  return object.kind === 'ConfigMap' && references.configMaps.has(objectKey(object))
}

function duplicate(object: KubernetesObject, file: string, firstFile: string): SourceProblem {
  const { name, namespace } = object.metadata
  const where = file === firstFile ? `is in "${file}" twice` : `in "${file}" is also in "${firstFile}"`
  return {
    severity: 'error',
    reason: 'DuplicateObject',
    kind: object.kind,
    ...(namespace === undefined ? {} : { namespace }),
    name,
    file,
    message: `${object.kind} "${objectKey(object)}" ${where}; the first one is used, remove or rename the other`,
  }
}
