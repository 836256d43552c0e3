import { parseRuleHost } from '@ingresskit/rule-matcher'
import type { TlsBinding } from './compiled-ingress.ts'
import type { KubernetesObject } from './kubernetes-object.ts'
import type { ReportProblem } from './problem.ts'
import { asList, asRecord, asText, quoted } from './unknown-fields.ts'

/** Entries of one Ingress at most: every Secret among them is held against every host. */
const maxEntries = 100

/**
 * Reads `spec.tls`.
 *
 * A host that is no valid name, and a Secret name with a slash (another namespace), are problems and are left out. An entry
 * without a Secret asks for the default certificate, which every server name gets anyway.
 */
export function readTlsBindings(
  ingress: KubernetesObject,
  ruleHosts: readonly string[],
  report: ReportProblem,
): readonly TlsBinding[] {
  const namespace = ingress.metadata.namespace ?? 'default'
  const entries = asList(asRecord(ingress['spec'])?.['tls']) ?? []
  if (entries.length > maxEntries) {
    report('error', 'SpecInvalid', {
      field: `spec.tls[${maxEntries}]`,
      message: `only the first ${maxEntries} entries are served; put the others into another Ingress`,
    })
  }
  const read = entries
    .slice(0, maxEntries)
    .map((value, index) => readEntry(asRecord(value), `spec.tls[${index}]`, report))
  const listed = new Set(read.flatMap(entry => entry.hosts))
  const uncovered = ruleHosts.filter(host => !listed.has(host))
  const seen = new Set<string>()
  return read.flatMap(({ secretName, hosts, field }) => {
    if (secretName === undefined) return []
    const coveredHosts = seen.has(secretName) ? [] : uncovered
    seen.add(secretName)
    const owner = `${namespace}/${ingress.metadata.name}`
    return [{ secret: `${namespace}/${secretName}`, hosts, coveredHosts, owner, field }]
  })
}

interface TlsEntry {
  readonly secretName: string | undefined
  readonly hosts: readonly string[]
  readonly field: string
}

function readEntry(
  entry: Readonly<Record<string, unknown>> | undefined,
  field: string,
  report: ReportProblem,
): TlsEntry {
  const hosts: string[] = []
  for (const [index, value] of (asList(entry?.['hosts']) ?? []).entries()) {
    const host = parseRuleHost(asText(value) ?? '')
    if (host.kind === 'invalid') {
      report('error', 'HostInvalid', {
        field: `${field}.hosts[${index}]`,
        message: `${quoted(value)} is no host name; use a DNS name, with "*." in front for a wildcard`,
      })
    } else hosts.push(host.host)
  }
  const secretName = asText(entry?.['secretName'])
  if (secretName?.includes('/') === true) {
    report('error', 'SecretNotFound', {
      field: `${field}.secretName`,
      message: `${quoted(secretName)} names another namespace, which is refused; put the Secret beside the Ingress`,
    })
    return { secretName: undefined, hosts, field }
  }
  return { secretName: secretName === '' ? undefined : secretName, hosts, field }
}
