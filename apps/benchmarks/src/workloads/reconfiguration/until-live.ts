import { get } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'

const patienceMs = 30_000
/** For one answer. */
const answerMs = 5000

/** Status of one answer on a new connection. Rejects when the connection fails or the answer does not come. */
export async function statusOf(port: number, host: string, path: string): Promise<number> {
  const headers = { host, connection: 'close' }
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(answerMs)
    const asked = get({ host: '127.0.0.1', port, path, headers, agent: false, signal }, response => {
      response.resume()
      response.once('end', () => resolve(response.statusCode ?? 0))
      response.once('error', reject)
    })
    asked.once('error', reject)
  })
}

/**
 * Asks on one new connection after the other until the answer is 200, a millisecond apart. `at` is when (`performance.now()`) that
 * answer came; connections that failed and answers but 404 in the meantime are errors: a change must cost nobody a request.
 */
export async function untilLive(
  port: number,
  host: string,
  path: string,
): Promise<{ readonly at: number; readonly errors: number }> {
  let errors = 0
  for (const since = performance.now(); performance.now() - since < patienceMs; await wait(1)) {
    const status = await statusOf(port, host, path).catch(() => 0)
    if (status === 200) return { at: performance.now(), errors }
    if (status !== 404) errors += 1
  }
  throw new Error(`${host}${path} was not live after ${patienceMs} ms`)
}
