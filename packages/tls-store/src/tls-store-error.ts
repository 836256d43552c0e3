/** Thrown for options a store cannot be made from; nothing else in this package throws. */

export type TlsStoreErrorCode = 'fallback-invalid' | 'max-contexts-invalid'

/** The store cannot be made: an option is unusable. Nothing is thrown after that. */
export class TlsStoreError extends Error {
  /** Always `TlsStoreError`. */
  override readonly name = 'TlsStoreError'
  /** `fallback-invalid`: `fallbackIdentity` is no usable pair. `max-contexts-invalid`: `maxContexts` is below 1. */
  readonly code: TlsStoreErrorCode

  constructor(code: TlsStoreErrorCode, message: string) {
    super(message)
    this.code = code
  }
}
