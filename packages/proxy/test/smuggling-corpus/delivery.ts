/** The ways in which the bytes of a case reach the proxy: at once, one by one, or cut anywhere. */

import type { RawConnection } from '@ingresskit/testkit'
import { array, asyncProperty, assert, nat } from 'fast-check'
import { setImmediate } from 'node:timers/promises'

/** Cases above this are not sent byte by byte: it would take a turn of the event loop for each. */
const maxBytesOneByOne = 600

/** Sends the bytes in pieces that end at `cuts`; the proxy gets a turn of the event loop for each. Stops when the other side has closed. */
export async function deliver(connection: RawConnection, bytes: string, cuts: readonly number[]): Promise<void> {
  connection.socket.setNoDelay(true)
  let from = 0
  for (const to of [...cuts, bytes.length]) {
    if (!connection.socket.writable) return
    connection.send(bytes.slice(from, to))
    from = to
    await setImmediate()
  }
}

/** `many`: at once, byte by byte, and twice cut at random. `few`: at once, and once cut at random. */
export type Deliveries = 'many' | 'few'

/** Runs `attempt` for each; a failure prints fast-check's seed and the smallest list of cuts. Resolves with the number of attempts. */
export async function withDeliveries(
  deliveries: Deliveries,
  bytes: string,
  attempt: (cuts: readonly number[]) => Promise<void>,
): Promise<number> {
  let attempts = 0
  const counted = async (cuts: readonly number[]): Promise<void> => {
    attempts++
    await attempt(cuts)
  }
  await counted([])
  if (deliveries === 'many' && bytes.length > 1 && bytes.length <= maxBytesOneByOne)
    await counted(Array.from(bytes, (_, at) => at).slice(1))
  if (bytes.length < 3) return attempts
  const places = array(nat({ max: bytes.length - 2 }), { minLength: 1, maxLength: 6 })
  await assert(
    asyncProperty(places, async chosen => {
      await counted([...new Set(chosen)].map(place => place + 1).toSorted((a, b) => a - b))
    }),
    { numRuns: deliveries === 'many' ? 2 : 1 },
  )
  return attempts
}
