/** The Service in front of the controllers, as kube-proxy makes it: each new connection goes to a ready replica and stays there. */

import { connect, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import type { ControllerReplica } from './controller-replica.ts'

export interface ReplicaService {
  add(replica: ControllerReplica): void
  /** Opens a connection to the HTTP port of a ready replica, in turn. Throws when there is none. */
  connect(): ReplicaConnection
  /** Of the next replica in turn, without a connection. */
  next(): ControllerReplica
  /** Answers of `/readyz` so far that were not 200, of replicas that nobody meddled with. */
  unreadyAnswers(): number
  close(): Promise<void>
}

export interface ReplicaConnection {
  readonly replica: ControllerReplica
  readonly socket: Socket
}

/** What a kubelet and kube-proxy take in a cluster is a second and more; here the probe is quick and the news travels slowly. */
const probeIntervalMs = 50
/** A kubelet's default: three failures, of a second each. */
const probeTimeoutMs = 3000

interface Member {
  readonly replica: ControllerReplica
  unreadySince: number | undefined
}

/** Replicas whose `/readyz` is not 200 get no new connections once the news has travelled for `propagationMs`. */
export function replicaService({ propagationMs }: { readonly propagationMs: number }): ReplicaService {
  const members: Member[] = []
  const probing: Promise<void>[] = []
  const stop = new AbortController()
  let turn = 0
  let unready = 0

  const probe = async (member: Member): Promise<void> => {
    while (!stop.signal.aborted && !(isGone(member) && member.replica.hasEnded())) {
      const wasMeddledWith = member.replica.isMeddledWith()
      const said = await readyz(member.replica.adminPort, stop.signal)
      if (stop.signal.aborted) return
      if (said === 'unready' && !wasMeddledWith && !member.replica.isMeddledWith()) unready += 1
      member.unreadySince = said === 'ready' ? undefined : (member.unreadySince ?? performance.now())
      await pause(probeIntervalMs, undefined, { signal: stop.signal }).catch(() => {})
    }
  }
  const isGone = ({ unreadySince }: Member): boolean =>
    unreadySince !== undefined && performance.now() - unreadySince >= propagationMs
  const next = (): ControllerReplica => {
    const ready = members.filter(member => !isGone(member))
    turn += 1
    const member = ready[turn % ready.length]
    if (member === undefined) throw new Error('no replica is ready')
    return member.replica
  }

  return {
    add: replica => {
      const member = { replica, unreadySince: undefined }
      members.push(member)
      probing.push(probe(member))
    },
    next,
    connect: () => {
      const replica = next()
      return { replica, socket: connect({ port: replica.httpPort, host: '127.0.0.1', noDelay: true }) }
    },
    unreadyAnswers: () => unready,
    close: async () => {
      stop.abort()
      await Promise.all(probing)
    },
  }
}

async function readyz(port: number, signal: AbortSignal): Promise<'ready' | 'unready' | 'silent'> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/readyz`, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(probeTimeoutMs)]),
    })
    await response.text()
    return response.ok ? 'ready' : 'unready'
  } catch {
    return 'silent'
  }
}
