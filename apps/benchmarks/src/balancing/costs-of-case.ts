/** The costs of one case, measured in a thread that ends afterwards. */

import { once } from 'node:events'
import { Worker } from 'node:worker_threads'

/** What the thread is to do. */
export interface CostRequest {
  /** Of the case. */
  readonly name: string
  readonly seed: number
  readonly scale: 'full' | 'quick'
}

/** Nanoseconds, batch by batch; empty where the case has nothing to measure. */
export interface CaseCosts {
  readonly pickNs: readonly number[]
  readonly pickAndCountNs: readonly number[]
  readonly buildNs: readonly number[]
  readonly changeNs: readonly number[]
}

/** Rejects when the contestant picks wrongly. */
export async function costsOfCase(request: CostRequest): Promise<CaseCosts> {
  const worker = new Worker(new URL('./cost-worker.ts', import.meta.url), { workerData: request })
  // Rejects with an error that the thread throws.
  const [costs] = (await once(worker, 'message')) as [CaseCosts]
  await worker.terminate()
  return costs
}
