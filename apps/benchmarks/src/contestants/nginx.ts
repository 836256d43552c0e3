import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort, listening } from '../measure/free-port.ts'
import { contestantCore, pinned } from '../measure/pinned-process.ts'
import { type Contestant, endpointsOf, hostCount, hostOf, paths, type Site } from './contestant.ts'
import { nginxMain } from './nginx-main.ts'

/** nginx with one worker, kept connections to the backend and the header fields that ingresskit adds too. */
export async function startNginx(site: Site): Promise<Contestant> {
  const [httpPort, httpsPort] = [await freePort(), await freePort()]
  const file = join(site.folder, 'nginx.conf')
  await writeFile(join(site.folder, 'nginx.pem'), site.certificatePem + site.privateKeyPem)
  await writeFile(file, nginxConfig(site, { httpPort, httpsPort }))
  const process = pinned(contestantCore, ['nginx', '-c', file])
  await listening(httpPort, process)
  return { name: 'nginx', process, httpPort, httpsPort }
}

/**
 * The configuration as text. Bodies are passed on as they come, as every other contestant does, in pieces of 64 KB: with its
 * buffers of 4 and 16 KB, answers and uploads of 1 MB took nginx 2.1 and 1.6 times the CPU.
 */
function nginxConfig(site: Site, ports: { readonly httpPort: number; readonly httpsPort: number }): string {
  const { folder, shape } = site
  const servers = endpointsOf(shape).map(address => `server ${address}:${site.backendPort};`)
  const listen = `listen 127.0.0.1:${ports.httpPort}; listen 127.0.0.1:${ports.httpsPort} ssl;`
  const locations = paths.map(path => `location ${path} { proxy_pass http://pods; }`).join(' ')
  const hosts = shape === 'many-hosts' ? Array.from({ length: hostCount }, (_, at) => hostOf(at)) : []
  return nginxMain(
    folder,
    'nginx',
    `
  keepalive_timeout 75s; client_max_body_size 0;
  proxy_request_buffering off; client_body_buffer_size 64k;
  proxy_buffering off; proxy_buffer_size 64k; proxy_buffers 8 64k;
  upstream pods {
    ${shape === 'least-conn' ? 'least_conn;' : ''}
    ${servers.join(' ')}
    keepalive 512; keepalive_requests 1000000000; keepalive_timeout 50s;
  }
  proxy_http_version 1.1; proxy_set_header Connection "";
  ${addedFields}
  ssl_certificate ${folder}/nginx.pem; ssl_certificate_key ${folder}/nginx.pem; ssl_protocols TLSv1.2 TLSv1.3;
  server {
    ${listen.replaceAll(';', ' backlog=4096;')}
    server_name site.example;
    location / { proxy_pass http://pods; }
    location /ws {
      proxy_pass http://127.0.0.1:${site.webSocketPort};
      proxy_set_header Connection Upgrade; proxy_set_header Upgrade websocket;
      ${addedFields}
    }
  }
${hosts.map(host => `  server { ${listen} server_name ${host}; ${locations} }`).join('\n')}`,
  )
}

/** Given again in a location that sets a field of its own: nginx inherits all of them or none. */
const addedFields = `proxy_set_header Host $http_host;
  proxy_set_header X-Forwarded-For $remote_addr; proxy_set_header X-Forwarded-Proto $scheme;
  proxy_set_header X-Forwarded-Host $http_host; proxy_set_header X-Forwarded-Port $server_port;
  proxy_set_header X-Real-IP $remote_addr; proxy_set_header X-Request-ID $request_id;`
