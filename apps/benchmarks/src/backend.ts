/** What every contestant has behind it, all on the core of the load. */

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { nginxMain } from './contestants/nginx-main.ts'
import { freePort, listening } from './measure/free-port.ts'
import { nextMessage } from './measure/next-message.ts'
import { loadCore, pinned, type PinnedProcess } from './measure/pinned-process.ts'

export interface Backend {
  /** nginx: 10 KB at `/10k`, 1 MB at `/1m`, 100 bytes everywhere else; on every loopback address. */
  readonly webPort: number
  /** Answers 100 bytes when it has read the whole body. */
  readonly uploadPort: number
  /** Echoes WebSocket messages. */
  readonly webSocketPort: number
  stop(): Promise<void>
}

/** Starts all of it, with its files in this folder. */
export async function startBackend(folder: string): Promise<Backend> {
  const webPort = await freePort()
  await writeFile(join(folder, '10k'), Buffer.alloc(10 * 1024, 'k'))
  await writeFile(join(folder, '1m'), Buffer.alloc(1024 * 1024, 'm'))
  const file = join(folder, 'backend.conf')
  await writeFile(file, nginxMain(folder, 'backend', webServer(folder, webPort)))
  const web = pinned(loadCore, ['nginx', '-c', file])
  await listening(webPort, web)
  const uploads = await startOwn('upload-sink')
  const webSockets = await startOwn('websocket-echo')
  return {
    webPort,
    uploadPort: uploads.port,
    webSocketPort: webSockets.port,
    async stop() {
      await Promise.all([web, uploads.process, webSockets.process].map(async each => each.stop()))
    },
  }
}

/** One of our own programs, which send their port when they listen. */
async function startOwn(
  name: 'upload-sink' | 'websocket-echo',
): Promise<{ readonly process: PinnedProcess; readonly port: number }> {
  const program = fileURLToPath(new URL(`./load/${name}.ts`, import.meta.url))
  const started = pinned(loadCore, [process.execPath, program])
  return { process: started, port: (await nextMessage(started, name)) as number }
}

function webServer(folder: string, port: number): string {
  return `
  keepalive_timeout 300s; sendfile on; open_file_cache max=16;
  server {
    listen 0.0.0.0:${port} backlog=4096;
    location / { return 200 "${'x'.repeat(100)}"; }
    location = /10k { root ${folder}; }
    location = /1m { root ${folder}; }
  }`
}
