/**
 * Why a source could not start.
 *
 * `manifest-not-found`: a path of the manifests does not exist.
 * `config-invalid`: the kubeconfig can't be read, or names no usable context, cluster or proxy.
 * `closed`: `close()` was called before the first full snapshot.
 * `already-started`: `start()` was called twice.
 */
export type WatchErrorCode = 'manifest-not-found' | 'config-invalid' | 'closed' | 'already-started'

/** The only error this package throws or rejects with; the message names what to check. */
export class WatchError extends Error {
  /** Always `WatchError`. */
  override readonly name = 'WatchError'
  /** What went wrong, for programs; the message is for people. */
  readonly code: WatchErrorCode
  constructor(code: WatchErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
