/** Thrown for options a store cannot be made from; nothing else in this package throws. */

export type TlsStoreErrorCode = 'fallback-invalid' | 'max-contexts-invalid'

export class TlsStoreError extends Error {
  override readonly name = 'TlsStoreError'
  /** `fallback-invalid`: `fallbackIdentity` is no usable pair. `max-contexts-invalid`: `maxContexts` is below 1. */
  readonly code: TlsStoreErrorCode

  constructor(code: TlsStoreErrorCode, message: string) {
    super(message)
    this.code = code
  }
}
