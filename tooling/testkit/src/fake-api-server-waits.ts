// Tests wait for conditions, never for time.

/** Conditions that are waited for. */
export interface ConditionWaits {
  /** Resolves once the condition holds. */
  until(condition: () => boolean): Promise<void>
  /** Looks at every condition again. */
  changed(): void
}

/** Nothing is waited for at first. */
export function conditionWaits(): ConditionWaits {
  const waiting = new Set<{ readonly condition: () => boolean; readonly resolve: () => void }>()
  const changed = (): void => {
    for (const waiter of waiting) {
      if (!waiter.condition()) continue
      waiting.delete(waiter)
      waiter.resolve()
    }
  }
  return {
    changed,
    until: condition =>
      new Promise(resolve => {
        waiting.add({ condition, resolve })
        changed()
      }),
  }
}
