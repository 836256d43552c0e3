/** Whether a contestant picks as it should: times of wrong answers mean nothing. */

import type { CostCase, Picker } from './cost-case.ts'

/** Throws for picks that are not what the case expects of them. */
export function checkPicks(of: CostCase, picker: Picker): void {
  const { name, expects, endpoints } = of
  const eligible = endpoints - (picker.avoided?.size ?? 0)
  const fail = (what: string): never => {
    throw new Error(`${name} is not measured: ${what}`)
  }

  const counts = new Map<string, number>()
  const picks = expects === 'turns' ? turnsOf(picker, eligible) : Math.max(picker.inputs.length, 20 * endpoints)
  for (let turn = 0; turn < picks; turn += 1) {
    const key = picker.pickedKey(picker.inputs[turn % picker.inputs.length] ?? '')
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  for (const key of picker.avoided ?? []) if (counts.has(key)) fail(`it picks ${key}, which it is to avoid`)
  if (counts.size > eligible) fail(`it picks ${counts.size} endpoints and there are ${eligible}`)

  const most = Math.max(...counts.values())
  if (expects === 'turns') {
    const least = Math.min(...counts.values())
    if (counts.size < eligible) fail(`it reaches ${counts.size} of ${eligible} endpoints`)
    if (picker.cycle === undefined || picker.cycle === endpoints) {
      if (most !== least) fail(`its turns are ${least} to ${most} times`)
    } else if (most !== 10 * least) fail(`weights of 1 to 10 get ${least} to ${most} turns`)
  }
  if (expects === 'lots') {
    // Two choices over counts that stand still leave out the few that have most in flight.
    if (counts.size < 0.9 * eligible) fail(`it reaches ${counts.size} of ${eligible} endpoints`)
    if (most > 3 * (picks / eligible)) fail(`one endpoint gets ${most} of ${picks} picks`)
  }
  if (expects === 'stable') {
    if (picker.inputs.length > endpoints && counts.size < 0.9 * eligible) {
      fail(`it reaches ${counts.size} of ${eligible} endpoints`)
    }
    for (const input of picker.inputs.slice(0, 1000)) {
      if (picker.pickedKey(input) !== picker.pickedKey(input)) fail(`${input} gets another endpoint the second time`)
    }
  }
}

/** Two full rounds. */
function turnsOf({ cycle }: Picker, eligible: number): number {
  return 2 * (cycle === undefined || cycle < eligible * 2 ? eligible : cycle)
}
