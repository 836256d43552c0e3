import { exitStatus } from '../exit-status.ts'
import type { ExplainOptions } from '../options/option-table.ts'
import { explainRequest } from '../snapshot/explain.ts'
import type { Explanation } from '../snapshot/explanation.ts'
import { firstSnapshot } from './first-snapshot.ts'

/** `ingresskit explain METHOD URL`: status 0 when the request is routed, 3 when it is not. */
export async function runExplain(
  request: { readonly method: string; readonly url: string },
  options: ExplainOptions,
): Promise<number> {
  const snapshot = await firstSnapshot(options)
  const explanation = explainRequest(snapshot, { ...request, headers: headerMap(options.header) })
  process.stdout.write(
    options.output === 'json' ? `${JSON.stringify(explanation, null, 2)}\n` : formatExplanation(explanation),
  )
  return explanation.routed ? exitStatus.ok : exitStatus.notRouted
}

function headerMap(headers: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    headers.map(header => {
      const colon = header.indexOf(':')
      return [header.slice(0, colon).toLowerCase(), header.slice(colon + 1).trim()] as const
    }),
  )
}

function formatExplanation(explanation: Explanation): string {
  const { request, summary, rule, condition, shares, service, endpoint, endpoints, candidates } = explanation
  const lines = [`${request.method} ${request.url}`, `  → ${summary}`]
  if (rule !== null) {
    const path = rule.path === null ? 'default backend' : `${rule.pathType ?? ''} ${rule.path}`
    lines.push(`  rule: ${path} of host ${rule.host ?? '(any)'}, Ingress ${rule.ingress}, ${rule.field}`)
  }
  if (condition !== null) lines.push(`  because of: ${condition}`)
  for (const share of shares)
    lines.push(`  by chance: ${share.percent} % Ingress ${share.ingress}, ${share.service ?? 'unavailable'}`)
  if (service !== null) {
    lines.push(`  service: ${service.namespace}/${service.name} port ${service.port}`)
    lines.push(`  strategy: ${service.strategy} (${service.decidedBy})`)
    for (const [setting, place] of Object.entries(service.settings))
      if (setting !== 'load-balance') lines.push(`  ${setting}: ${place}`)
  }
  if (endpoint !== null) lines.push(`  endpoint of this request: ${endpoint}`)
  for (const { address, pod, usable, ready, terminating, unhealthy } of endpoints) {
    const state = usable
      ? `usable${unhealthy ? ', unhealthy' : ''}`
      : `not used (${ready ? '' : 'not ready'}${terminating ? ', terminating' : ''})`
    lines.push(`  endpoint: ${address}${pod === null ? '' : ` (pod ${pod})`} ${state}`)
  }
  for (const { ingress, field, host, path, verdict, message } of candidates) {
    const what = verdict === 'other-class' ? 'every rule' : (path ?? 'default backend')
    lines.push(`  lost: ${what} of host ${host ?? '(any)'}, Ingress ${ingress}, ${field}: ${message}`)
  }
  return `${lines.join('\n')}\n`
}
