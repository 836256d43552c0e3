import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort, listening } from '../measure/free-port.ts'
import { contestantCore, pinned } from '../measure/pinned-process.ts'
import { type Contestant, endpointsOf, hostCount, hostOf, paths, type Site } from './contestant.ts'
import { haproxyMain } from './haproxy-main.ts'

/** HAProxy with one thread, connections shared among clients and the header fields that ingresskit adds too. */
export async function startHaproxy(site: Site): Promise<Contestant> {
  const [httpPort, httpsPort] = [await freePort(), await freePort()]
  const file = join(site.folder, 'haproxy.cfg')
  await writeFile(join(site.folder, 'haproxy.pem'), site.certificatePem + site.privateKeyPem)
  await writeFile(join(site.folder, 'haproxy.map'), haproxyMap(site))
  await writeFile(file, haproxyConfig(site, { httpPort, httpsPort }))
  const process = pinned(contestantCore, ['haproxy', '-db', '-f', file])
  await listening(httpPort, process)
  return { name: 'haproxy', process, httpPort, httpsPort }
}

/** Host and path to backend, looked up as a tree of prefixes. */
function haproxyMap(site: Site): string {
  const lines = ['site.example/ pods', 'site.example/ws sockets']
  if (site.shape === 'many-hosts') {
    for (let at = 0; at < hostCount; at += 1) for (const path of paths) lines.push(`${hostOf(at)}${path} pods`)
  }
  return `${lines.join('\n')}\n`
}

function haproxyConfig(site: Site, ports: { readonly httpPort: number; readonly httpsPort: number }): string {
  const { folder, shape } = site
  return `${haproxyMain}
frontend web
  bind 127.0.0.1:${ports.httpPort} backlog 4096
  bind 127.0.0.1:${ports.httpsPort} ssl crt ${folder}/haproxy.pem ssl-min-ver TLSv1.2 backlog 4096
  http-request set-header X-Forwarded-Proto %[ssl_fc,iif(https,http)]
  http-request set-header X-Forwarded-Host %[req.hdr(Host)]
  http-request set-header X-Forwarded-Port %[dst_port]
  http-request set-header X-Real-IP %[src]
  use_backend %[base,map_beg(${folder}/haproxy.map,none)]
backend none
  http-request return status 404
backend pods
  balance ${shape === 'least-conn' ? 'leastconn' : 'roundrobin'}
${endpointsOf(shape)
  .map((address, at) => `  server s${at} ${address}:${site.backendPort}`)
  .join('\n')}
backend sockets
  server s0 127.0.0.1:${site.webSocketPort}
`
}
