import type { KubernetesObject, ObjectSnapshot } from '@ingresskit/kubernetes-watch'
import type { ReportedProblem } from '../problem.ts'

/** The key of this moment, and what is wrong with the Secret it should come from. Never shown or logged. */
export interface SessionKeyResult {
  /** The same object while the key is the same. */
  readonly key: Uint8Array
  readonly problems: readonly ReportedProblem[]
}

/** Fewer bytes could be guessed. */
const shortestKeyBytes = 32

/**
 * What session cookies are signed with: the entry `key` of the Secret of `--session-secret`, so that replicas and restarts agree;
 * else the key of this process. While the Secret cannot be read, the last key that could be.
 */
export class SessionKey {
  readonly #secret: string | undefined
  readonly #ownKey: Uint8Array
  #read: { readonly object: KubernetesObject; readonly result: SessionKeyResult } | undefined
  /** The last key that could be read. */
  #last: Uint8Array | undefined

  constructor(secret: string | undefined, ownKey: Uint8Array) {
    this.#secret = secret
    this.#ownKey = ownKey
  }

  of({ objects }: ObjectSnapshot): SessionKeyResult {
    if (this.#secret === undefined) return { key: this.#ownKey, problems: [] }
    const object = objects.Secret.get(this.#secret)
    if (object === undefined) return this.#problem('SecretNotFound', '', 'it does not exist')
    if (this.#read?.object !== object) this.#read = { object, result: this.#readSecret(object) }
    return this.#read.result
  }

  #readSecret(object: KubernetesObject): SessionKeyResult {
    const data = object['data']
    const encoded: unknown =
      typeof data === 'object' && data !== null ? Object.entries(data).find(([name]) => name === 'key')?.[1] : undefined
    const key = typeof encoded === 'string' ? Buffer.from(encoded, 'base64') : Buffer.alloc(0)
    if (key.length < shortestKeyBytes) {
      return this.#problem(
        'SecretInvalid',
        'data.key',
        `it must hold at least ${shortestKeyBytes} random bytes, in base64`,
      )
    }
    if (this.#last === undefined || !key.equals(this.#last)) this.#last = key
    return { key: this.#last, problems: [] }
  }

  #problem(reason: string, field: string, what: string): SessionKeyResult {
    const [namespace = '', name = ''] = (this.#secret ?? '').split('/')
    const meanwhile =
      this.#last === undefined
        ? 'sessions are signed with a key of this process, and end with it'
        : 'the last key that could be read is used'
    const message = `${what}; until then ${meanwhile}`
    return {
      key: this.#last ?? this.#ownKey,
      problems: [{ severity: 'error', reason, kind: 'Secret', namespace, name, field, message }],
    }
  }
}
