import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { haproxyMain } from '../../contestants/haproxy-main.ts'
import { hostOf } from '../../manifest-set.ts'
import { freePort, listening } from '../../measure/free-port.ts'
import { contestantCore, pinned } from '../../measure/pinned-process.ts'
import { type Changing, type ChangingSite, pathsOf } from './changing.ts'

/** A master that gets a signal while it is busy with the one before loses it (2.6), though its new worker serves already. */
const restMs = 500

/** HAProxy with a map of hosts and paths; changed by a new map and SIGUSR2 to its master, which starts a new worker. */
export async function startChangingHaproxy({ folder, count, backendPort }: ChangingSite): Promise<Changing> {
  const httpPort = await freePort()
  const [file, map] = [join(folder, `haproxy-${count}.cfg`), join(folder, `haproxy-${count}.map`)]
  const later = new Map<number, readonly string[]>()
  await writeFile(map, mapOf(count, later))
  await writeFile(
    file,
    `${haproxyMain.replace('nbthread 1', `nbthread 1\n  stats socket ${folder}/haproxy-${count}.sock expose-fd listeners`)}
frontend web
  bind 127.0.0.1:${httpPort}
  use_backend %[base,map_str(${map},none)]
backend none
  http-request return status 404
backend pods
  server s0 127.0.0.1:${backendPort}
`,
  )
  const process = pinned(contestantCore, ['haproxy', '-W', '-db', '-f', file])
  await listening(httpPort, process)
  return {
    httpPort,
    async change(index, path) {
      later.set(index, [...(later.get(index) ?? []), path])
      await writeFile(`${map}.new`, mapOf(count, later))
      await wait(restMs)
      const laidAt = performance.now()
      await rename(`${map}.new`, map)
      process.child.kill('SIGUSR2')
      return laidAt
    },
    stop: process.stop,
  }
}

function mapOf(count: number, later: ReadonlyMap<number, readonly string[]>): string {
  const lines = Array.from({ length: count }, (_, index) =>
    pathsOf(later, index)
      .map(path => `${hostOf(index)}${path} pods\n`)
      .join(''),
  )
  return lines.join('')
}
