/** A proxy under test: started for one site, in a process of its own on the core of the contestants. */

import type { PinnedProcess } from '../measure/pinned-process.ts'

export const contestantNames = [
  'nginx',
  'haproxy',
  'http-proxy-3',
  'undici',
  'ingresskit-wire',
  'ingresskit-http-proxy-3',
] as const

export type ContestantName = (typeof contestantNames)[number]

export interface Contestant {
  readonly name: ContestantName
  readonly process: PinnedProcess
  readonly httpPort: number
  readonly httpsPort: number
}

/** What contestants serve. All hosts lead to the same backend. */
export interface Site {
  /** A folder for files. */
  readonly folder: string
  /** Port of the backend; the one of 200 endpoints listens on 200 addresses. */
  readonly backendPort: number
  /** What is behind `/ws`. */
  readonly webSocketPort: number
  readonly certificatePem: string
  readonly privateKeyPem: string
  readonly shape: SiteShape
}

/** `site.example` alone; or with 1,000 other hosts of three paths each; or `site.example` over 200 endpoints with least-conn. */
export type SiteShape = 'single' | 'many-hosts' | 'least-conn'

export const hostCount = 1000
export const paths = ['/a', '/b', '/c'] as const

/** Name of one of the 1,000 hosts. */
export const hostOf = (index: number): string => `host-${index}.example`

/** Addresses of the endpoints behind a site. */
export const endpointsOf = (shape: SiteShape): readonly string[] =>
  shape === 'least-conn' ? Array.from({ length: 200 }, (_, at) => `127.0.1.${1 + at}`) : ['127.0.0.1']
