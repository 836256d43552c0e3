/** Measures one case in a thread of its own, so that no other contestant has shaped the machine code. */

import { parentPort, workerData } from 'node:worker_threads'
import { checkPicks } from './check-picks.ts'
import type { CostCase } from './cost-case.ts'
import type { CaseCosts, CostRequest } from './costs-of-case.ts'
import { costCases } from './cost-cases.ts'
import { measureCost, type Thoroughness } from './measure-cost.ts'

const { name, seed, scale } = workerData as CostRequest
const short: Thoroughness =
  scale === 'quick' ? { batches: 2, batchMs: 2, warmUpMs: 10 } : { batches: 6, batchMs: 8, warmUpMs: 40 }
const long: Thoroughness =
  scale === 'quick' ? { batches: 1, batchMs: 1, warmUpMs: 1 } : { batches: 3, batchMs: 15, warmUpMs: 30 }

/** Here so that the last result is kept, and no call can be left out as useless. */
let sink: unknown

const found = costCases.find(one => one.name === name)
if (found === undefined) throw new Error(`there is no case "${name}"`)
parentPort?.postMessage(costsOf(found), [])
if (sink === found) throw new Error('a case is no result')

function costsOf(of: CostCase): CaseCosts {
  const { build, changes } = of
  const buildNs =
    build === undefined
      ? []
      : measureCost(
          again(() => build(seed)),
          long,
        )
  // A pair, because leaving and joining differ.
  const changeNs = changes === undefined ? [] : measureCost(pairs(changes(seed)), long).map(ns => ns / 2)

  // Another one picks first, as a site has many: while one is alone the engine makes machine code that is good for it only, by
  // which a pick of least-conn or p2c takes about half as long.
  checkPicks(of, of.prepare(seed))
  const picker = of.prepare(seed)
  const { pickAndCount } = picker
  return {
    pickNs: measureCost(overInputs(picker.inputs, picker.pick), short),
    pickAndCountNs: pickAndCount === undefined ? [] : measureCost(overInputs(picker.inputs, pickAndCount), short),
    buildNs,
    changeNs,
  }
}

function overInputs(inputs: readonly string[], pick: (input: string) => unknown): (calls: number) => void {
  let turn = 0
  return calls => {
    for (let call = 0; call < calls; call += 1) {
      turn = turn + 1 === inputs.length ? 0 : turn + 1
      sink = pick(inputs[turn] ?? '')
    }
  }
}

function again(make: () => unknown): (calls: number) => void {
  return calls => {
    for (let call = 0; call < calls; call += 1) sink = make()
  }
}

function pairs(change: () => unknown): (calls: number) => void {
  return calls => {
    for (let call = 0; call < 2 * calls; call += 1) sink = change()
  }
}
