import { healthCheckDefaults, type HealthCheckSettings } from '@ingresskit/load-balancing'
import type { Parsed } from '@ingresskit/traffic-policies'
import { parseSettings, type KeyReaders, type ValueReader } from './key-value-list.ts'
import { panicPercentReader, withPanicPercent, type WithPanicPercent } from './panic-percent.ts'
import { invalid, parsed } from './parsed.ts'
import { quoted } from './unknown-fields.ts'
import { duration, integer, pattern } from './value-readers.ts'

// What may stand in a request line unescaped (RFC 3986 §3.3 and §3.4): no white space, no controls, no fragment.
const requestTarget = /^\/[!$%&'()*+.\-/0-9:;=?@A-Z_a-z~]{0,1023}$/u
const hostAndPort = /^(?:[0-9A-Za-z](?:[0-9A-Za-z.-]{0,251}[0-9A-Za-z])?|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?$/u
const threshold = integer({ from: 1, to: 100 })
const maxRanges = 20
const maxTimeoutMs = 10_000 // A silent endpoint must not hold a probe, and with it a connection, for minutes.

const readers: KeyReaders<HealthCheckSettings & { readonly panicPercent: number }> = {
  path: { key: 'path', read: pattern(requestTarget, 'path of a request; begin with "/" and percent-encode') },
  port: { key: 'port', read: integer({ from: 1, to: 65_535 }) },
  host: { key: 'host', read: pattern(hostAndPort, 'host') },
  statuses: { key: 'status', read: readStatuses() },
  intervalMs: { key: 'interval', read: duration({ from: 100, to: 3_600_000 }) },
  timeoutMs: { key: 'timeout', read: duration({ from: 10, to: maxTimeoutMs }) },
  healthyThreshold: { key: 'healthy', read: threshold },
  unhealthyThreshold: { key: 'unhealthy', read: threshold },
  panicPercent: panicPercentReader,
}

/** Reads `ingresskit.dev/health-check`; what is not given has the default of @ingresskit/load-balancing. */
export function parseHealthCheck(text: string): Parsed<WithPanicPercent<HealthCheckSettings>> {
  const keys = parseSettings(text, readers)
  return keys.kind === 'invalid' ? keys : parsed(withPanicPercent(keys.value, healthCheckDefaults))
}

/** `200-299+304`: statuses and ranges of them. */
function readStatuses(): ValueReader<HealthCheckSettings['statuses']> {
  return text => {
    const parts = text.split('+')
    if (parts.length > maxRanges) return invalid(`it has more than ${maxRanges} ranges; shorten it`)
    const ranges: { readonly from: number; readonly to: number }[] = []
    for (const part of parts) {
      const [, from = '', to = from] = /^\s*([1-5]\d\d)(?:-([1-5]\d\d))?\s*$/u.exec(part) ?? []
      if (from === '' || Number(to) < Number(from)) {
        return invalid(`${quoted(part)} is no status; write statuses or ranges joined with "+", like 200-299+304`)
      }
      ranges.push({ from: Number(from), to: Number(to) })
    }
    return parsed(ranges.toSorted((a, b) => a.from - b.from || a.to - b.to))
  }
}
