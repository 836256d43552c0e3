import { createTlsStore } from '@ingresskit/tls-store'
import type { ObjectSnapshot } from '@ingresskit/kubernetes-watch'
import { machineEnvironment, newSessionKey } from '../balancing/environment.ts'
import type { SourceOptions } from '../options/option-table.ts'
import { defaultIdentity } from '../self-signed.ts'
import { SnapshotBuilder } from '../snapshot/snapshot-builder.ts'
import type { Snapshot } from '../snapshot/snapshot.ts'
import { sourceOf } from '../source-of.ts'

/** Reads the objects once and builds the snapshot that `serve` would publish first: what `check` and `explain` look at. */
export async function firstSnapshot(options: SourceOptions): Promise<Snapshot> {
  const { source, admission, cluster } = await sourceOf(options, ({ message }) =>
    process.stderr.write(`waiting: ${message}\n`),
  )
  const tlsStore = createTlsStore({ fallbackIdentity: await defaultIdentity(Date.now()), now: Date.now })
  const builder = new SnapshotBuilder({
    options,
    tlsStore,
    admission,
    now: Date.now,
    environment: machineEnvironment,
    sessionKey: newSessionKey(),
  })
  const settled = Promise.withResolvers<Snapshot>()
  const build = (objects: ObjectSnapshot): void => {
    const snapshot = builder.build(objects, {
      follow: secrets => source.follow({ secrets, configMaps: new Set() }),
      settled: () => source.settled(),
    })
    if (source.settled()) settled.resolve(snapshot)
  }
  try {
    build(await source.start(build))
    return await settled.promise
  } finally {
    await source.close()
    await cluster?.api.close()
  }
}
