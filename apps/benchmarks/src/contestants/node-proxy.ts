/** http-proxy-3 and undici as their users run them: one address behind them, no rules. */

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { nextMessage } from '../measure/next-message.ts'
import { contestantCore, pinned } from '../measure/pinned-process.ts'
import type { Contestant, Site } from './contestant.ts'

/** Starts the one named. */
export async function startNodeProxy(name: 'http-proxy-3' | 'undici', site: Site): Promise<Contestant> {
  const program = fileURLToPath(new URL(`./${name}-server.ts`, import.meta.url))
  const pem = join(site.folder, `${name}.pem`)
  await writeFile(pem, site.certificatePem + site.privateKeyPem)
  const started = pinned(contestantCore, [process.execPath, program], {
    BACKEND_PORT: String(site.backendPort),
    WEBSOCKET_PORT: String(site.webSocketPort),
    PEM_FILE: pem,
  })
  const ports = (await nextMessage(started, name)) as { readonly http: number; readonly https: number }
  return { name, process: started, httpPort: ports.http, httpsPort: ports.https }
}
