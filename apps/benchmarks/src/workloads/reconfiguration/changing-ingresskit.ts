import { type DataPlaneName, serveManifests } from '../../contestants/ingresskit.ts'
import { writeManifests } from '../../manifest-set.ts'
import type { Changing, ChangingSite } from './changing.ts'

/** ingresskit with a file for every Ingress; changed by a new file in the place of one. */
export async function startChangingIngresskit(dataPlane: DataPlaneName, site: ChangingSite): Promise<Changing> {
  const manifests = await writeManifests(site.count, site.backendPort, site.folder)
  const { httpPort, process } = await serveManifests(dataPlane, manifests.folder)
  return {
    httpPort,
    change: manifests.change,
    async stop() {
      await process.stop()
      await manifests.remove()
    },
  }
}
