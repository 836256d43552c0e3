/** Remembers what was read from the request that is being judged: each of its alternatives asks for the same again. */

import type { ContentRequest } from './content-match.ts'

/**
 * Makes a reader answer from memory while it is asked about the same text of the same request.
 *
 * All readers together remember one request: when another one comes, every reading of the one before is dropped. An answer is a
 * function of the text alone, so a request object that its owner fills anew gets a new reading.
 */
export const readOnce = <T>(read: (text: string) => T): ((request: ContentRequest, text: string) => T) => {
  let known: { readonly text: string; readonly value: T } | undefined
  forgetting.push(() => {
    known = undefined
  })
  return (request, text) => {
    if (request !== judged) {
      for (const forget of forgetting) forget()
      judged = request
    }
    if (known?.text !== text) known = { text, value: read(text) }
    return known.value
  }
}

let judged: ContentRequest | undefined

/** One for each reader; readers are made once, when their module is loaded. */
const forgetting: (() => void)[] = []
