/** Which browser classes a request belongs to. */

import type { BrowserClass } from './browser-class.ts'
import { clientHintTraits } from './client-hints.ts'
import type { ContentRequest } from './content-match.ts'
import { userAgentTraits } from './user-agent-traits.ts'

/**
 * The request's classes: Client Hints decide what they tell, User-Agent the rest. Empty when neither tells anything.
 *
 * Clients choose these fields freely, so a class is a preference and never a permission.
 */
export const requestBrowser = (headers: ContentRequest['headers']): ReadonlySet<BrowserClass> => {
  const hints = clientHintTraits(headers)
  const userAgent = userAgentTraits(headers.get('user-agent') ?? '')
  const isBot = hints.isBot || userAgent.isBot
  const name = isBot ? undefined : (hints.name ?? userAgent.name)
  const device = hints.device ?? userAgent.device
  return new Set([name, device, isBot ? ('bot' as const) : undefined].filter(found => found !== undefined))
}
