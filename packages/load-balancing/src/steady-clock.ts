/** Time that never runs backwards. */

/**
 * A clock that goes on with the steps of the given one, and stands still where that one jumps back.
 *
 * So a corrected wall clock neither prolongs nor undoes what lasts for some time: one step back costs only itself.
 */
export const steadyClock = (now: () => number): (() => number) => {
  let last = now()
  let steady = last
  return () => {
    const at = now()
    if (at > last) steady += at - last
    last = at
    return steady
  }
}
