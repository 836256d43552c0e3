/** The workloads that wrk makes. */

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cpuMeter } from '../measure/cpu-meter.ts'
import { wrk } from '../measure/wrk.ts'
import { manyHosts } from './many-hosts.ts'
import type { LoadWorkload } from './workload.ts'

interface WrkShape {
  readonly name: string
  readonly about: string
  readonly path: string
  readonly connections: number
  readonly scheme?: 'https'
  readonly header?: string
  readonly uploadBytes?: number
  readonly facts?: Partial<Pick<LoadWorkload, 'shape' | 'backend' | 'without'>>
}

const megabyte = 1024 * 1024
const noEndpoints = 'it has one address behind it'

const shapes: readonly WrkShape[] = [
  { name: 'small', about: '100-byte answers, 64 kept connections', path: '/small', connections: 64 },
  { name: 'ten-kb', about: '10 KB answers, 64 kept connections', path: '/10k', connections: 64 },
  { name: 'one-mb', about: '1 MB answers, 16 kept connections', path: '/1m', connections: 16 },
  {
    name: 'upload',
    about: '1 MB uploads, 16 kept connections',
    path: '/upload',
    connections: 16,
    uploadBytes: megabyte,
    facts: { backend: 'uploads' },
  },
  {
    name: 'tls-small',
    about: '100-byte answers, 64 kept TLS connections',
    path: '/small',
    connections: 64,
    scheme: 'https',
  },
  {
    name: 'new-connection',
    about: '100-byte answers, a new connection for each',
    path: '/small',
    connections: 64,
    header: 'Connection: close',
  },
  {
    name: 'least-conn-200',
    about: '100-byte answers from 200 endpoints, least-conn',
    path: '/small',
    connections: 64,
    facts: {
      shape: 'least-conn',
      without: {
        'http-proxy-3': noEndpoints,
        undici: noEndpoints,
      },
    },
  },
]

/** All of them. */
export const wrkWorkloads: readonly LoadWorkload[] = [...shapes.map(workloadOf), manyHosts]

function workloadOf({ name, about, path, connections, ...rest }: WrkShape): LoadWorkload {
  const { scheme = 'http', header, uploadBytes, facts } = rest
  const upload = uploadBytes === undefined ? {} : { uploadBytes }
  return {
    kind: 'load',
    name,
    about,
    shape: 'single',
    backend: 'web',
    processes: 'warm',
    ...facts,
    columns: [
      { figure: 'cpuUs', unit: 'µs CPU a request' },
      { figure: 'perSecond', unit: 'requests a second' },
    ],
    checks: [{ scheme, host: 'site.example', path, ...upload }],
    async run({ httpPort, httpsPort, process }, { seconds, folder }) {
      const script = join(folder, 'upload.lua')
      if (uploadBytes !== undefined)
        await writeFile(script, `wrk.method = "POST"\nwrk.body = string.rep("u", ${uploadBytes})\n`)
      const spent = cpuMeter(process)
      const {
        requests,
        errors,
        seconds: took,
      } = await wrk({
        url: `${scheme}://127.0.0.1:${scheme === 'https' ? httpsPort : httpPort}${path}`,
        seconds,
        connections,
        headers: ['Host: site.example', ...(header === undefined ? [] : [header])],
        ...(uploadBytes === undefined ? {} : { script }),
      })
      return { requests, errors, figures: { ...spent(requests), perSecond: requests / took } }
    },
  }
}
