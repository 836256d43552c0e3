/** Watches over who writes to the cluster: only the replica that the Lease names may. */

import type { FakeApiServer, FakeRequest } from '@ingresskit/testkit'
import { isRecord } from './is-record.ts'

export interface LeaderWatch {
  /** Writes of a replica while the Lease named another one, a sentence each. */
  strangers(): readonly string[]
  stop(): void
}

/** Looks at every request from now on. */
export function leaderWatch(api: FakeApiServer): LeaderWatch {
  const strangers: string[] = []
  let seen = api.requests().length
  let isStopped = false
  const look = (): boolean => {
    const holder = leaderOf(api)
    for (const request of api.requests().slice(seen)) {
      const writer = writerOf(request)
      if (writer !== undefined && holder !== undefined && writer !== holder) {
        strangers.push(`${writer} sent ${request.method} ${request.path} while ${holder} led`)
      }
    }
    seen = api.requests().length
    return isStopped
  }
  // The API server asks whenever a request or a change has come; a watch that was stopped is never answered or once more.
  void api.until(look)
  return {
    strangers: () => strangers,
    stop: () => {
      isStopped = true
    },
  }
}

/** The name of the replica that the Lease names now; undefined when nobody holds it. */
export function leaderOf(api: FakeApiServer): string | undefined {
  const spec = api.get('Lease', 'ingresskit/ingresskit-leader')?.['spec']
  const holder = isRecord(spec) ? spec['holderIdentity'] : undefined
  return typeof holder === 'string' && holder !== '' ? holder.replace(/_[^_]*$/, '') : undefined
}

/** The token of a replica is its name. Leases are what replicas may always write: that is how they find out. */
function writerOf({ method, plural, authorization }: FakeRequest): string | undefined {
  if (method === 'GET' || plural === 'leases') return undefined
  return authorization?.replace(/^Bearer /, '')
}
