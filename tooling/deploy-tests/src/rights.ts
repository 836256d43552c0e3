/** What an account may do, read from roles and bindings as the RBAC authorizer reads them. */
import { field, listAt, type ManifestObject, ofKind } from './manifest-object.ts'

/** One rule of a role that is bound to the account. */
export interface Grant {
  /** `undefined`: in the whole cluster. */
  readonly namespace: string | undefined
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  /** Empty: every name. */
  readonly resourceNames: readonly string[]
  readonly verbs: readonly string[]
}

/** What somebody wants to do. */
export interface Attempt {
  readonly verb: string
  readonly apiGroup: string
  /** With its subresource, as in rules: `ingresses/status`. */
  readonly resource: string
  readonly namespace: string | undefined
  readonly name: string | undefined
}

/** A request to the API server, as far as its rights depend on it; the fake server of the tests has them so. */
export interface ResourceRequest {
  readonly verb: string
  readonly path: string
  readonly query: URLSearchParams
  readonly plural: string | undefined
  readonly namespace: string | undefined
  readonly name: string | undefined
  readonly subresource: string | undefined
}

/** What RBAC is asked about a request. A list or watch of one name (`fieldSelector=metadata.name=…`) is held to that name. */
export function attemptOf(request: ResourceRequest): Attempt {
  const { verb, path, query, plural = '', namespace, subresource } = request
  const selected = /^metadata\.name=([^,]+)$/.exec(query.get('fieldSelector') ?? '')?.[1]
  return {
    verb,
    apiGroup: /^\/apis\/([^/]+)\//.exec(path)?.[1] ?? '',
    resource: subresource === undefined ? plural : `${plural}/${subresource}`,
    namespace,
    name: request.name ?? selected,
  }
}

/** All grants of a ServiceAccount, in the order of the bindings. */
export function grantsOf(objects: readonly ManifestObject[], account: string): readonly Grant[] {
  return ofKind(objects, 'RoleBinding', 'ClusterRoleBinding')
    .filter(binding => listAt(binding, 'subjects').some(subject => field(subject, 'name') === account))
    .flatMap(binding => {
      const kind = field(binding, 'roleRef.kind')
      const role = objects.find(
        object =>
          object.kind === kind &&
          object.metadata.name === field(binding, 'roleRef.name') &&
          (kind === 'ClusterRole' || object.metadata.namespace === binding.metadata.namespace),
      )
      const namespace = binding.kind === 'RoleBinding' ? binding.metadata.namespace : undefined
      return listAt(role, 'rules').map(rule => ({
        namespace,
        apiGroups: texts(rule, 'apiGroups'),
        resources: texts(rule, 'resources'),
        resourceNames: texts(rule, 'resourceNames'),
        verbs: texts(rule, 'verbs'),
      }))
    })
}

/** Whether one of the grants allows it. `*` is not understood: no role here may have it. */
export function allows(grants: readonly Grant[], attempt: Attempt): boolean {
  return grants.some(
    grant =>
      (grant.namespace === undefined || grant.namespace === attempt.namespace) &&
      grant.verbs.includes(attempt.verb) &&
      grant.apiGroups.includes(attempt.apiGroup) &&
      grant.resources.includes(attempt.resource) &&
      (grant.resourceNames.length === 0 || (attempt.name !== undefined && grant.resourceNames.includes(attempt.name))),
  )
}

function texts(rule: unknown, name: string): readonly string[] {
  return listAt(rule, name).map(String)
}
