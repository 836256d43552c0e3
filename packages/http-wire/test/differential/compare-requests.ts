/** Whether two readings of the same bytes agree: what we accept, node:http must read alike; what we refuse and it does not needs a reason. */

import { METHODS } from 'node:http'
import { isListed, requestStrictness } from './listed-differences.ts'
import type { ReadRequest, RequestReading } from './message-reading.ts'

/** Says what differs and is not listed, or nothing. */
export function requestDifference(bytes: string, ours: RequestReading, theirs: RequestReading): string | undefined {
  const difference = anyDifference(ours, theirs)
  return difference === undefined || isListed(bytes) ? undefined : difference
}

function anyDifference(ours: RequestReading, theirs: RequestReading): string | undefined {
  for (const [at, message] of ours.messages.entries()) {
    // Which methods are served is decided above our parser; node:http knows those of a list.
    if (!METHODS.includes(message.method) || message.method === 'CONNECT') return undefined
    const same = theirs.messages[at]
    if (same === undefined) return `node:http does not read request ${at}: ${theirs.fault ?? theirs.ending}`
    const part = differingPart(message, same)
    if (part !== undefined) return `request ${at}: ${part}`
  }
  const extra = theirs.messages.length > ours.messages.length
  switch (ours.ending) {
    case 'between':
      return extra || theirs.ending !== 'between'
        ? `we read all, node:http: ${theirs.fault ?? theirs.ending}`
        : undefined
    case 'closed':
      return extra ? 'node:http reads a request after close' : undefined
    case 'within':
      // Refusing what is not complete sooner than we do is its own affair.
      return extra ? 'node:http reads a request where we wait' : undefined
    case 'refused':
      if (theirs.ending === 'refused' && !extra) return undefined
      return requestStrictness.has(ours.fault ?? '') ? undefined : `we refuse (${ours.fault}), node:http does not`
  }
}

function differingPart(ours: ReadRequest, theirs: ReadRequest): string | undefined {
  for (const part of ['method', 'target', 'version', 'body'] as const) {
    if (ours[part] !== theirs[part])
      return `${part} ${JSON.stringify(ours[part])}, node:http ${JSON.stringify(theirs[part])}`
  }
  for (const part of ['flat', 'trailers'] as const) {
    if (JSON.stringify(ours[part]) !== JSON.stringify(theirs[part]))
      return `${part} ${JSON.stringify(ours[part])}, node:http ${JSON.stringify(theirs[part])}`
  }
  return undefined
}
