import type { ServerResponse } from 'node:http'
import { echoBackend, type EchoBackend } from '@ingresskit/testkit'
import { afterEach, beforeEach } from 'vitest'
import { killCommands } from './ingresskit-process.ts'
import { ingress, manifestFolder, removeManifestFolders, service } from './manifests.ts'

/** The site of one test: `a.test` with an echo backend that holds back requests for `/held`. */
export interface HeldSite {
  /** Requests for `/held` that wait for the test to answer them. */
  readonly held: readonly ServerResponse[]
  readonly backend: EchoBackend
  /** The folder. */
  readonly manifests: string
}

/** Makes it before each test; afterwards ends it and every command the test started. */
export function heldSite(): HeldSite {
  const site: { held: ServerResponse[]; backend?: EchoBackend; manifests: string } = { held: [], manifests: '' }
  beforeEach(async () => {
    site.held = []
    site.backend = await echoBackend({
      name: 'web',
      handle: (request, response) => {
        if (request.url !== '/held') return false
        site.held.push(response)
        return true
      },
    })
    const objects = [
      ...service('web', [site.backend.port]),
      ingress({ name: 'a', host: 'a.test', paths: [{ service: 'web' }] }),
    ]
    site.manifests = (await manifestFolder({ 'a.yaml': objects })).path
  })
  afterEach(async () => {
    await killCommands()
    await removeManifestFolders()
    await site.backend?.close()
  })
  return {
    get held() {
      return site.held
    },
    get backend() {
      if (site.backend === undefined) throw new Error('the site exists only within a test')
      return site.backend
    },
    get manifests() {
      return site.manifests
    },
  }
}
