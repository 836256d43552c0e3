/** The value of a Date field, made once a second at most. */

/** Returns it in the form of RFC 9110 §5.6.7. `now` is in milliseconds since the epoch. */
export function dateField(now: () => number = Date.now): () => string {
  let second = -1
  let text = ''
  return () => {
    const current = Math.floor(now() / 1000)
    if (current !== second) {
      second = current
      text = new Date(current * 1000).toUTCString()
    }
    return text
  }
}
