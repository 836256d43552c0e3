/** Bounds of a head. */

/** What a head may cost before it is refused. */
export interface HeadLimits {
  /** Request line without its line end; a longer one is answered 414. Default 8 KiB. */
  readonly maxRequestLineBytes: number
  /** The whole head, line ends included; a longer one is answered 431. Default 16 KiB. */
  readonly maxHeadBytes: number
  /** Header fields; more are answered 431. Default 100. */
  readonly maxFieldCount: number
}

/** nginx's and Node's orders of magnitude: room for large cookies, none for a flood. */
export const defaultHeadLimits: HeadLimits = {
  maxRequestLineBytes: 8 * 1024,
  maxHeadBytes: 16 * 1024,
  maxFieldCount: 100,
}
