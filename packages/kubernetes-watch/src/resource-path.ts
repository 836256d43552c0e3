import type { WatchTarget } from './api-failure.ts'

/** The URL path of a target's list and watch, with these query parameters; one object by its field selector. */
export function resourcePath(target: WatchTarget, parameters: Readonly<Record<string, string>>): string {
  const { resource, namespace, name } = target
  const group = resource.group === '' ? '/api/v1' : `/apis/${resource.apiVersion}`
  const place = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`
  const query = new URLSearchParams(parameters)
  if (name !== undefined) query.set('fieldSelector', `metadata.name=${name}`)
  return `${group}${place}/${resource.plural}?${query.toString()}`
}
