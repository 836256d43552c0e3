/** What the API server takes and still cannot work: names in one object that lead to nothing in another. */
import { field, labelOf, listAt, type ManifestObject, ofKind } from './manifest-object.ts'

type Labels = Readonly<Record<string, string>>

/** One sentence for each reference that leads nowhere; empty when all lead to something. */
export function danglingReferences(objects: readonly ManifestObject[]): readonly string[] {
  const workloads = ofKind(objects, 'Deployment', 'DaemonSet')
  return [
    ...workloads.flatMap(ownSelector),
    ...ofKind(objects, 'Service').flatMap(service => servicePorts(service, workloads)),
    ...workloads.flatMap(probePorts),
    ...ofKind(objects, 'PodDisruptionBudget', 'NetworkPolicy').flatMap(object => podSelector(object, workloads)),
    ...ofKind(objects, 'NetworkPolicy').flatMap(policy => policyPorts(policy, workloads)),
    ...ofKind(objects, 'HorizontalPodAutoscaler').flatMap(scaler => scaleTarget(scaler, objects)),
    ...ofKind(objects, 'RoleBinding', 'ClusterRoleBinding').flatMap(binding => bindingEnds(binding, objects)),
    ...workloads.flatMap(workload => serviceAccount(workload, objects)),
    ...ofKind(objects, 'ValidatingWebhookConfiguration').flatMap(each => webhookService(each, objects)),
    ...ofKind(objects, 'ValidatingAdmissionPolicyBinding').flatMap(each => policyOfBinding(each, objects)),
    ...workloads.flatMap(portNames),
  ]
}

const podLabels = (workload: ManifestObject): Labels =>
  (field(workload, 'spec.template.metadata.labels') ?? {}) as Labels

const matches = (selector: unknown, labels: Labels): boolean =>
  Object.entries((selector ?? {}) as Labels).every(([key, value]) => labels[key] === value)

const selectedBy = (selector: unknown, workloads: readonly ManifestObject[]): readonly ManifestObject[] =>
  workloads.filter(workload => matches(selector, podLabels(workload)))

const portsOf = (workload: ManifestObject): readonly unknown[] =>
  listAt(workload, 'spec.template.spec.containers').flatMap(container => listAt(container, 'ports'))

const hasPort = (workload: ManifestObject, port: unknown): boolean =>
  portsOf(workload).some(each => field(each, 'name') === port || field(each, 'containerPort') === port)

function ownSelector(workload: ManifestObject): readonly string[] {
  const selector = field(workload, 'spec.selector.matchLabels')
  return matches(selector, podLabels(workload))
    ? []
    : [`${labelOf(workload)}: its selector does not match its own pods`]
}

function servicePorts(service: ManifestObject, workloads: readonly ManifestObject[]): readonly string[] {
  const selected = selectedBy(field(service, 'spec.selector'), workloads)
  if (selected.length !== 1)
    return [`${labelOf(service)}: selects the pods of ${selected.length} workloads, not of one`]
  return listAt(service, 'spec.ports')
    .map(port => field(port, 'targetPort'))
    .filter(target => !selected.every(workload => hasPort(workload, target)))
    .map(target => `${labelOf(service)}: no container has the port ${String(target)}`)
}

function probePorts(workload: ManifestObject): readonly string[] {
  return listAt(workload, 'spec.template.spec.containers').flatMap(container =>
    ['startupProbe', 'livenessProbe', 'readinessProbe'].flatMap(probe => {
      const port = field(container, `${probe}.httpGet.port`)
      return hasPort(workload, port) ? [] : [`${labelOf(workload)}: ${probe} asks port ${String(port)}`]
    }),
  )
}

function podSelector(object: ManifestObject, workloads: readonly ManifestObject[]): readonly string[] {
  const selector = field(object, 'spec.podSelector.matchLabels') ??
    field(object, 'spec.selector.matchLabels') ?? { missing: 'true' }
  return selectedBy(selector, workloads).length === 1
    ? []
    : [`${labelOf(object)}: selects not just one workload's pods`]
}

function policyPorts(policy: ManifestObject, workloads: readonly ManifestObject[]): readonly string[] {
  const [workload] = selectedBy(field(policy, 'spec.podSelector.matchLabels'), workloads)
  return listAt(policy, 'spec.ingress')
    .flatMap(rule => listAt(rule, 'ports').map(port => field(port, 'port')))
    .filter(port => workload === undefined || !hasPort(workload, port))
    .map(port => `${labelOf(policy)}: no container has the port ${String(port)}`)
}

function scaleTarget(scaler: ManifestObject, objects: readonly ManifestObject[]): readonly string[] {
  const kind = String(field(scaler, 'spec.scaleTargetRef.kind'))
  const target = named(objects, kind, field(scaler, 'spec.scaleTargetRef.name'))
  if (target === undefined) return [`${labelOf(scaler)}: there is no such ${kind}`]
  const fixed = field(target, 'spec.replicas') === undefined ? [] : [`${labelOf(target)}: replicas undo the autoscaler`]
  const requests = field(target, 'spec.template.spec.containers.0.resources.requests.cpu')
  return requests === undefined
    ? [...fixed, `${labelOf(target)}: without a request for CPU there is no utilization`]
    : fixed
}

function bindingEnds(binding: ManifestObject, objects: readonly ManifestObject[]): readonly string[] {
  const kind = String(field(binding, 'roleRef.kind'))
  const role = objects.find(
    object =>
      object.kind === kind &&
      object.metadata.name === field(binding, 'roleRef.name') &&
      (kind === 'ClusterRole' || object.metadata.namespace === binding.metadata.namespace),
  )
  const accounts = listAt(binding, 'subjects').filter(
    subject => named(objects, 'ServiceAccount', field(subject, 'name'), field(subject, 'namespace')) === undefined,
  )
  return [
    ...(role === undefined ? [`${labelOf(binding)}: there is no such ${kind}`] : []),
    ...accounts.map(subject => `${labelOf(binding)}: there is no ServiceAccount ${String(field(subject, 'name'))}`),
  ]
}

function serviceAccount(workload: ManifestObject, objects: readonly ManifestObject[]): readonly string[] {
  const name = field(workload, 'spec.template.spec.serviceAccountName')
  return named(objects, 'ServiceAccount', name, workload.metadata.namespace) === undefined
    ? [`${labelOf(workload)}: there is no ServiceAccount ${String(name)}`]
    : []
}

function webhookService(configuration: ManifestObject, objects: readonly ManifestObject[]): readonly string[] {
  return listAt(configuration, 'webhooks').flatMap(webhook => {
    const wanted = field(webhook, 'clientConfig.service')
    const service = named(objects, 'Service', field(wanted, 'name'), field(wanted, 'namespace'))
    const ports = listAt(service, 'spec.ports').map(port => field(port, 'port'))
    return ports.includes(field(wanted, 'port')) ? [] : [`${labelOf(configuration)}: calls a Service that is not there`]
  })
}

function policyOfBinding(binding: ManifestObject, objects: readonly ManifestObject[]): readonly string[] {
  return named(objects, 'ValidatingAdmissionPolicy', field(binding, 'spec.policyName')) === undefined
    ? [`${labelOf(binding)}: there is no such policy`]
    : []
}

/** RFC 6335: the API server refuses longer names, which its schemas do not say. */
function portNames(workload: ManifestObject): readonly string[] {
  return portsOf(workload)
    .map(port => String(field(port, 'name')))
    .filter(name => !/^[a-z0-9](?:[a-z0-9-]{0,13}[a-z0-9])?$/.test(name))
    .map(name => `${labelOf(workload)}: ${name} is no name of a port: at most 15 small letters, digits and dashes`)
}

function named(
  objects: readonly ManifestObject[],
  kind: string,
  name: unknown,
  namespace?: unknown,
): ManifestObject | undefined {
  return objects.find(
    object =>
      object.kind === kind &&
      object.metadata.name === name &&
      (namespace === undefined || object.metadata.namespace === namespace),
  )
}
