/** Builds Kustomize folders with the `kubectl` of this machine. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { type ManifestObject, parseManifests } from './manifest-object.ts'
import { repositoryPath } from './repository-folder.ts'

/** Why Kustomize folders cannot be built on this machine, with the remedy; `undefined` when they can. */
export const kustomizeMissing: string | undefined = missing()

/** The objects of a folder under `deploy/kustomize`. Throws what kubectl says. */
export function kustomize(folder: string): readonly ManifestObject[] {
  return parseManifests(kubectl(['kustomize', repositoryPath('deploy/kustomize', folder)]))
}

/** The same without kubectl, for a folder whose kustomization.yaml names files and does nothing else. Throws for others. */
export function plainResources(folder: string): readonly ManifestObject[] {
  const read = (file: string): string => readFileSync(repositoryPath('deploy/kustomize', folder, file), 'utf8')
  const kustomization = parse(read('kustomization.yaml')) as Readonly<Record<string, unknown>>
  const { apiVersion: _, kind: __, resources, ...more } = kustomization
  if (!Array.isArray(resources) || Object.keys(more).length > 0) throw new Error(`${folder} does more than name files`)
  return resources.flatMap(file => parseManifests(read(String(file))))
}

function kubectl(args: readonly string[]): string {
  return execFileSync('kubectl', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}

/** Up to kubectl 1.20 its Kustomize was 2.0, which knows neither folders under `resources` nor `patches` with a target. */
function missing(): string | undefined {
  try {
    const { kustomizeVersion } = JSON.parse(kubectl(['version', '--client', '--output=json'])) as {
      readonly kustomizeVersion?: string
    }
    const major = Number(/^v(\d+)\./.exec(kustomizeVersion ?? '')?.[1] ?? 0)
    return major >= 5
      ? undefined
      : `kubectl has Kustomize ${kustomizeVersion ?? 'before 5'}: install kubectl 1.27 or later`
  } catch {
    return 'there is no kubectl: install 1.27 or later'
  }
}
