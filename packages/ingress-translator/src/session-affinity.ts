/** How a client is kept on the endpoint it was given first. */
export interface SessionAffinity {
  /**
   * `persistent`: as long as the endpoint is there. `balanced`: by consistent hashing of a key of the client, so that a part of
   * the clients moves when endpoints are added.
   */
  readonly mode: 'persistent' | 'balanced'
  /** The cookie that the client brings back. */
  readonly cookie: SessionCookie
  /** Whether the client gets another endpoint, and another cookie, when an attempt on its endpoint fails. Default `stay`. */
  readonly onFailure: 'stay' | 'move'
}

/** Attributes of the cookie (RFC 6265 §4.1). Every text is checked to be safe within a `Set-Cookie` field. */
export interface SessionCookie {
  /** A token. Default `INGRESSCOOKIE`. */
  readonly name: string
  /** Begins with a slash. Absent: the path of the rule. */
  readonly path?: string
  /** Lower-case, without leading dot. Absent: the host of the request alone. */
  readonly domain?: string
  /** Absent: the attribute is not sent. */
  readonly sameSite?: 'None' | 'Lax' | 'Strict'
  /** `always`, or on requests that came over https. Default `https`. */
  readonly secure: 'always' | 'https'
  /** Absent: until the browser ends. Negative or 0: at once. */
  readonly maxAgeSeconds?: number
  /** `Expires` lies this long after the answer. Absent: the attribute is not sent. */
  readonly expiresSeconds?: number
  /** Leaves `SameSite=None` out for browsers that are known to refuse it. Absent: it is always sent. */
  readonly conditionalSameSiteNone?: true
}
