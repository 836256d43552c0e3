/** How a replica finds out who it is. */

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type ReplicaOptions, replicaOf } from './replica.ts'

const outside: ReplicaOptions = { environment: {}, hostname: 'desk', random: () => 0, filesystemRoot: '/nowhere' }

describe('a replica', () => {
  it('is known by its pod and random letters, so that a container that was restarted is another one', () => {
    const environment = { POD_NAME: 'ingresskit-0', POD_NAMESPACE: 'edge' }
    let next = 0
    const random = (): number => (next += 0.01) % 1
    const first = replicaOf({ ...outside, environment, random })
    const second = replicaOf({ ...outside, environment, random })
    expect(first).toMatchObject({ podName: 'ingresskit-0', namespace: 'edge' })
    expect(first.identity).toMatch(/^ingresskit-0_[0-9a-z]{8}$/)
    expect(second.identity).not.toBe(first.identity)
  })

  it('is known by its host where it is no pod', () => {
    const replica = replicaOf({ ...outside, contextNamespace: 'default' })
    expect(replica).toEqual({ identity: 'desk_00000000', namespace: 'default', podName: undefined })
    expect(replicaOf({ ...outside, environment: { POD_NAME: ' ', POD_NAMESPACE: '' } })).toMatchObject({
      namespace: undefined,
      podName: undefined,
    })
  })

  it('takes the namespace of its service account before that of the context', async () => {
    const root = await mkdtemp(join(tmpdir(), 'ingresskit-replica-'))
    const folder = join(root, 'var/run/secrets/kubernetes.io/serviceaccount')
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'namespace'), 'mounted\n')
    const replica = replicaOf({ ...outside, contextNamespace: 'default', filesystemRoot: root })
    const told = replicaOf({ ...outside, environment: { POD_NAMESPACE: 'edge' }, filesystemRoot: root })
    await rm(root, { recursive: true })
    expect([replica.namespace, told.namespace]).toEqual(['mounted', 'edge'])
  })
})
