/** undici's pools over clients that connect to nothing, so that what is left of `dispatch` is its checks and the choice. */

import type { EventEmitter } from 'node:events'
import { BalancedPool, Client, type Dispatcher, Pool, RoundRobinPool } from 'undici'

/** A pool that is asked through its public method. */
export interface ObservedPool {
  dispatch(): boolean
  /** Dispatches, and says who was chosen. */
  pickedKey(): string
}

/** `BalancedPool` chooses among origins, by turns that errors make longer apart. */
export function observedBalancedPool(origins: readonly string[]): ObservedPool {
  return observed(chosen => balancedPool(origins, chosen))
}

/** As many idle pools in one; `chosen` hears of each choice. */
export function balancedPool(origins: readonly string[], chosen: (key: string) => void = () => {}): BalancedPool {
  return new BalancedPool([...origins], { factory: (origin, options) => new IdlePool(origin, options, chosen) })
}

/** `RoundRobinPool` chooses among connections to one origin, so these are what is compared to endpoints. */
export function observedRoundRobinPool(connections: number): ObservedPool {
  return observed(chosen => {
    const clients: IdleClient[] = []
    const pool = new RoundRobinPool(anyOrigin, {
      connections,
      factory(origin, options) {
        const key = `connection-${clients.length}`
        const client = new IdleClient(origin, options, () => chosen(key))
        clients.push(client)
        return client
      },
    })
    // It opens another connection while all it has are busy; each is busy until it says that it has drained.
    for (let opened = 0; opened < connections; opened += 1) pool.dispatch(request, handler)
    for (const client of clients) {
      client.isBusy = false
      const emitter: EventEmitter = client
      emitter.emit('drain', new URL(anyOrigin), [client])
    }
    return pool
  })
}

const anyOrigin = 'http://10.0.0.1:8080'

class IdlePool extends Pool {
  readonly #key: string
  readonly #chosen: (key: string) => void

  constructor(origin: URL, options: object, chosen: (key: string) => void) {
    super(origin, options)
    this.#key = String(origin)
    this.#chosen = chosen
  }

  override dispatch(): boolean {
    this.#chosen(this.#key)
    return true
  }
}

class IdleClient extends Client {
  readonly #chosen: () => void
  isBusy = true

  constructor(origin: URL, options: object, chosen: () => void) {
    super(origin, options)
    this.#chosen = chosen
  }

  override dispatch(): boolean {
    this.#chosen()
    return !this.isBusy
  }
}

function observed(make: (chosen: (key: string) => void) => BalancedPool | RoundRobinPool): ObservedPool {
  let last = ''
  const pool = make(key => {
    last = key
  })
  const dispatch = (): boolean => pool.dispatch(request, handler)
  return {
    dispatch,
    pickedKey() {
      dispatch()
      return last
    },
  }
}

const request: Dispatcher.DispatchOptions = { path: '/', method: 'GET' }
const handler: Dispatcher.DispatchHandler = {
  onRequestStart: () => {},
  onResponseStart: () => {},
  onResponseData: () => {},
  onResponseEnd: () => {},
  onResponseError: () => {},
}
