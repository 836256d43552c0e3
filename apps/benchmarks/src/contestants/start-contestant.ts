import type { Contestant, ContestantName, Site } from './contestant.ts'
import { startHaproxy } from './haproxy.ts'
import { startIngresskit } from './ingresskit.ts'
import { startNginx } from './nginx.ts'
import { startNodeProxy } from './node-proxy.ts'

const starters: Readonly<Record<ContestantName, (site: Site) => Promise<Contestant>>> = {
  nginx: startNginx,
  haproxy: startHaproxy,
  'http-proxy-3': async site => startNodeProxy('http-proxy-3', site),
  undici: async site => startNodeProxy('undici', site),
  'ingresskit-wire': async site => startIngresskit('wire', site),
  'ingresskit-http-proxy-3': async site => startIngresskit('http-proxy-3', site),
}

/** Starts the one named for a site; it listens when this resolves. Rejects with what it said when it does not start. */
export async function startContestant(name: ContestantName, site: Site): Promise<Contestant> {
  return starters[name](site)
}
