/** Requests that the test keeps in flight. */

import { setImmediate as turn } from 'node:timers/promises'
import { eventually } from '../../command/support/eventually.ts'
import type { ReceivedAnswer, SentRequest } from '../../support/send-request.ts'
import type { BalancedSite } from './balanced-site.ts'
import type { ScriptedBackend } from './scripted-backend.ts'

/** Requests tried at most before giving up on reaching a backend by chance. */
const attempts = 300

/** Sends requests one after another until `count` of them are held by `backend`, which holds from now on what it gets. */
export async function holdOn(
  site: BalancedSite,
  backend: ScriptedBackend,
  { count, sent }: { readonly count: number; readonly sent: SentRequest },
): Promise<readonly Promise<ReceivedAnswer>[]> {
  backend.react = () => 'hold'
  const held: Promise<ReceivedAnswer>[] = []
  for (let attempt = 0; attempt < attempts && held.length < count; attempt++) {
    const before = backend.heldCount()
    let isAnswered = false
    const answer = site.send(sent).finally(() => {
      isAnswered = true
    })
    await eventually(async () => {
      await turn()
      if (!isAnswered && backend.heldCount() === before) throw new Error(`${sent.host} is neither held nor answered`)
    })
    if (!isAnswered) held.push(answer)
  }
  if (held.length < count) throw new Error(`${backend.name} got ${held.length} of ${attempts} requests`)
  return held
}

/** Sends `count` requests one after another that some backend holds, calling `each` when it has arrived. */
export async function holdAnywhere(
  site: BalancedSite,
  backends: readonly ScriptedBackend[],
  {
    count,
    sent,
    each = () => {},
  }: { readonly count: number; readonly sent: SentRequest; readonly each?: (total: number) => void },
): Promise<readonly Promise<ReceivedAnswer>[]> {
  for (const backend of backends) backend.react = () => 'hold'
  const heldNow = (): number => backends.reduce((sum, backend) => sum + backend.heldCount(), 0)
  const start = heldNow()
  const held: Promise<ReceivedAnswer>[] = []
  for (let total = 1; total <= count; total++) {
    held.push(site.send(sent))
    await eventually(() => {
      if (heldNow() < start + total) throw new Error(`request ${total} to ${sent.host} is not held`)
    })
    each(total)
  }
  return held
}
