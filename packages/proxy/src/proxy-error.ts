/** The one error class of this package. */

/** `bad-option`: an option cannot be used as given. `listen-failed`: a listener could not be opened. */
export type ProxyErrorCode = 'bad-option' | 'listen-failed'

/** Thrown for broken promises of the embedding program, never for what a client or a backend sent. */
export class ProxyError extends Error {
  /** Always `ProxyError`. */
  override readonly name = 'ProxyError'
  /** Stable; test this, not the message. */
  readonly code: ProxyErrorCode
  constructor(code: ProxyErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
