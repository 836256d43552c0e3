import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { nginxMain } from '../../contestants/nginx-main.ts'
import { hostOf } from '../../manifest-set.ts'
import { freePort, listening } from '../../measure/free-port.ts'
import { contestantCore, pinned } from '../../measure/pinned-process.ts'
import { type Changing, type ChangingSite, pathsOf } from './changing.ts'

/**
 * nginx with a server for every host; changed by a new file and SIGHUP to its master. `nginx -s reload` would take longer, because
 * it reads the whole configuration once itself before it sends the same signal.
 */
export async function startChangingNginx({ folder, count, backendPort }: ChangingSite): Promise<Changing> {
  const httpPort = await freePort()
  const file = join(folder, `nginx-${count}.conf`)
  const later = new Map<number, readonly string[]>()
  const text = (): string => nginxMain(folder, `nginx-${count}`, servers({ httpPort, count, backendPort }, later))
  await writeFile(file, text())
  const process = pinned(contestantCore, ['nginx', '-c', file])
  await listening(httpPort, process)
  return {
    httpPort,
    async change(index, path) {
      later.set(index, [...(later.get(index) ?? []), path])
      await writeFile(`${file}.new`, text())
      const laidAt = performance.now()
      await rename(`${file}.new`, file)
      process.child.kill('SIGHUP')
      return laidAt
    },
    stop: process.stop,
  }
}

function servers(
  site: { readonly httpPort: number; readonly count: number; readonly backendPort: number },
  later: ReadonlyMap<number, readonly string[]>,
): string {
  const { httpPort, count, backendPort } = site
  const lines = Array.from({ length: count }, (_, index) => {
    const locations = pathsOf(later, index).map(path => `location = ${path} { proxy_pass http://pods; }`)
    return `  server { listen 127.0.0.1:${httpPort}; server_name ${hostOf(index)}; ${locations.join(' ')} location / { return 404; } }`
  })
  return `
  upstream pods { server 127.0.0.1:${backendPort}; keepalive 64; }
  proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $http_host;
${lines.join('\n')}`
}
