import type { AttemptRecord, RequestRecord, RouteLabels } from '@ingresskit/proxy'
import { maxWholeBytes } from './line-destination.ts'

/** Characters of each text at most, and attempts told of. */
interface LineLimits {
  readonly text: number
  readonly path: number
  readonly attempts: number
}

const usual: LineLimits = { text: 256, path: 1024, attempts: 8 }

/** At most 11 texts of 6 bytes a character (an escaped control), and less than 600 bytes around them: always below the bound. */
const shortest: LineLimits = { text: 48, path: 48, attempts: 1 }

const noLabels = '"namespace":null,"ingress":null,"service":null'
const labelTexts = new WeakMap<RouteLabels, string>()

/**
 * One finished request as a line of JSON: every field always there, `null` where there is nothing to say. Whatever a client
 * sent, it is one line of valid JSON of at most `maxWholeBytes`; texts that are too long end in `…`.
 *
 * `nowMs` is in milliseconds since the epoch.
 */
export function accessLogLine(record: RequestRecord, nowMs: number): string {
  const line = format(record, nowMs, usual)
  // No character takes more than three bytes of UTF-8 for each UTF-16 unit.
  if (line.length * 3 <= maxWholeBytes || Buffer.byteLength(line) <= maxWholeBytes) return line
  return format(record, nowMs, shortest)
}

function format(record: RequestRecord, nowMs: number, { text, path, attempts }: LineLimits): string {
  const tried = record.attempts
  return `{"level":"info","time":${nowMs},"msg":"request","requestId":${quote(record.requestId, text)},"clientAddress":${quote(record.clientAddress, text)},"method":${quote(record.method, text)},"scheme":"${record.scheme}","host":${quote(record.host, text)},"path":${quote(record.path, path)},"status":${record.status},"reason":${quote(record.reason, text)},${labelFields(record.labels, text)},"endpoint":${quote(tried.at(-1)?.endpoint, text)},"attempts":[${listAttempts(tried, attempts, text)}],"durationMs":${Math.round(record.durationMs * 1000) / 1000},"requestBytes":${record.requestBytes},"responseBytes":${record.responseBytes},"upgraded":${record.upgraded}}\n`
}

function listAttempts(tried: readonly AttemptRecord[], limit: number, textLimit: number): string {
  let list = ''
  for (const { endpoint, outcome } of tried.slice(0, limit)) {
    list += `${list === '' ? '' : ','}${quote(`${cut(endpoint, textLimit)} ${outcome}`, Infinity)}`
  }
  return list
}

/** Labels are made once for a target and used by all its requests, and so is what is written of them. */
function labelFields(labels: RouteLabels | undefined, limit: number): string {
  if (labels === undefined) return noLabels
  const known = limit === usual.text ? labelTexts.get(labels) : undefined
  if (known !== undefined) return known
  const { namespace, ingress, service } = labels
  const text = `"namespace":${quote(namespace, limit)},"ingress":${quote(ingress, limit)},"service":${quote(service, limit)}`
  if (limit === usual.text) labelTexts.set(labels, text)
  return text
}

/** JSON.stringify escapes controls, quotes and halves of surrogate pairs: nothing a client sends ends a line or a text. */
function quote(text: string | undefined, limit: number): string {
  return text === undefined ? 'null' : JSON.stringify(cut(text, limit))
}

function cut(text: string, limit: number): string {
  return text.length > limit ? `${text.slice(0, limit)}…` : text
}
