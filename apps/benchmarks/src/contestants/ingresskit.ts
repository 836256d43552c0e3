/** The built controller on manifests, as users run it. */

import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { contestantCore, pinned } from '../measure/pinned-process.ts'
import type { Contestant, Site } from './contestant.ts'
import { siteManifests } from './site-manifests.ts'

export type DataPlaneName = 'wire' | 'http-proxy-3'

const command = fileURLToPath(new URL('../../../controller/dist/main.js', import.meta.url))

/** Starts it with the data plane named. */
export async function startIngresskit(dataPlane: DataPlaneName, site: Site): Promise<Contestant> {
  const manifests = join(site.folder, `ingresskit-${dataPlane}`)
  await mkdir(manifests, { recursive: true })
  await writeFile(join(manifests, 'site.yaml'), siteManifests(site))
  return serveManifests(dataPlane, manifests, ['--default-tls-secret', 'bench/tls'])
}

/** Starts it on a folder of manifests. Rejects with what it said when it refuses its options or does not start. */
export async function serveManifests(
  dataPlane: DataPlaneName,
  manifests: string,
  more: readonly string[] = [],
): Promise<Contestant> {
  const options = ['--manifests', manifests, '--data-plane', dataPlane, '--bind', '127.0.0.1', ...more]
  const ports = ['--http-port', '0', '--https-port', '0', '--admin-port', '0']
  const started = pinned(contestantCore, [process.execPath, command, 'serve', ...options, ...ports])
  const bound = await readyPorts(started.child.stdout)
  if (bound === undefined) {
    await started.stop()
    throw new Error(`ingresskit --data-plane ${dataPlane} did not start: ${started.said().slice(-500)}`)
  }
  return { name: `ingresskit-${dataPlane}`, process: started, ...bound }
}

/** Undefined when the output ends before the `ready` line; every other line is read and dropped. */
async function readyPorts(
  output: NodeJS.ReadableStream | null,
): Promise<Pick<Contestant, 'httpPort' | 'httpsPort'> | undefined> {
  if (output === null) return undefined
  const lines = createInterface({ input: output })
  return new Promise(resolve => {
    lines.on('close', () => resolve(undefined))
    lines.on('line', line => {
      const entry = entryOf(line)
      if (entry?.msg === 'ready') resolve({ httpPort: entry.http ?? 0, httpsPort: entry.https ?? 0 })
    })
  })
}

/** Undefined, or null, for a line that is no entry of the log: Node.js itself may write some. */
function entryOf(
  line: string,
): { readonly msg?: string; readonly http?: number; readonly https?: number } | null | undefined {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
