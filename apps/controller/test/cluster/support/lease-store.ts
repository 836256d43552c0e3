// One Lease behind an API server without a network: what a request does to it, and the answer.
import type { ApiRequest } from '@ingresskit/kubernetes-watch'

/** An answer before it travels. */
export interface StoreAnswer {
  readonly status: number
  readonly object: unknown
}

/** A Lease, or none. */
export interface LeaseStore {
  answer(request: Pick<ApiRequest, 'method' | 'body'>): StoreAnswer
  delete(): void
  spec(): Readonly<Record<string, unknown>> | undefined
}

interface Stored {
  readonly metadata: Readonly<Record<string, unknown>>
  readonly spec: Readonly<Record<string, unknown>>
}

/** Conflicts as recorded from kube-apiserver: by resourceVersion and uid; an update without uid creates. */
export function leaseStore(): LeaseStore {
  let stored: Stored | undefined
  let version = 0
  let uid = 0
  const put = (body: Stored, code: number): StoreAnswer => {
    version += 1
    if (stored === undefined) uid += 1
    stored = {
      ...body,
      metadata: { ...body.metadata, resourceVersion: String(version), uid: `uid-${uid}` },
    }
    return { status: code, object: stored }
  }
  return {
    answer: ({ method, body }) => {
      if (method === 'GET') return stored ? { status: 200, object: stored } : failure(404)
      const wanted = JSON.parse(body?.text ?? '{}') as Stored
      if (method === 'POST') return stored ? failure(409) : put(wanted, 201)
      const { uid: wantedUid, resourceVersion } = wanted.metadata
      if (!stored) return wantedUid === undefined ? put(wanted, 201) : failure(409)
      const same = stored.metadata['uid'] === wantedUid && stored.metadata['resourceVersion'] === resourceVersion
      return same ? put(wanted, 200) : failure(409)
    },
    delete: () => {
      stored = undefined
    },
    spec: () => stored?.spec,
  }
}

function failure(code: number): StoreAnswer {
  return { status: code, object: { kind: 'Status', code, message: 'refused' } }
}
