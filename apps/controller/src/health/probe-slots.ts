/** How many probes run at the same time, and whose turn is next. */

/** Over all groups. */
const maxRunning = 256
/** Of one group: endpoints that never answer must not take the slots of everybody else. */
const maxOfGroup = 32

interface Group {
  readonly waiting: (() => Promise<void>)[]
  running: number
}

/** Runs the probes of several groups, the groups in turn. What waits is bounded by who asks: one probe of each endpoint. */
export class ProbeSlots {
  /** In the order of their turns; only groups that wait or run are in it. */
  readonly #groups = new Map<string, Group>()
  #running = 0

  /** Runs the probe as soon as its group has its turn. It must not reject. */
  run(name: string, probe: () => Promise<void>): void {
    const group = this.#groups.get(name) ?? { waiting: [], running: 0 }
    this.#groups.set(name, group)
    group.waiting.push(probe)
    this.#startDue()
  }

  /** Forgets what waits in a group. */
  drop(name: string): void {
    this.#groups.get(name)?.waiting.splice(0)
  }

  #startDue(): void {
    while (this.#running < maxRunning) {
      const due = this.#nextDue()
      if (due === undefined) return
      const { name, group, probe } = due
      this.#running += 1
      group.running += 1
      void probe().finally(() => {
        this.#running -= 1
        group.running -= 1
        if (group.running === 0 && group.waiting.length === 0 && this.#groups.get(name) === group)
          this.#groups.delete(name)
        this.#startDue()
      })
    }
  }

  #nextDue(): { readonly name: string; readonly group: Group; readonly probe: () => Promise<void> } | undefined {
    for (const [name, group] of this.#groups) {
      if (group.running >= maxOfGroup) continue
      const probe = group.waiting.shift()
      if (probe === undefined) continue
      // Behind all others: the groups take turns.
      this.#groups.delete(name)
      this.#groups.set(name, group)
      return { name, group, probe }
    }
    return undefined
  }
}
