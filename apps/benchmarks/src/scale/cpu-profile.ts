/** What a CPU profile of V8 says: the functions that took the most time, in a part of the run. */

/** As `node --cpu-prof` writes it (Chrome DevTools Protocol, `Profiler.Profile`); times in microseconds. */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[]
  readonly startTime: number
  readonly endTime: number
  readonly samples?: readonly number[]
  readonly timeDeltas?: readonly number[]
}

interface ProfileNode {
  readonly id: number
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number }
  readonly children?: readonly number[]
}

/** Milliseconds of one function. */
export interface FunctionTime {
  /** Name, file and line. */
  readonly name: string
  /** In itself. */
  readonly selfMs: number
  /** With everything that it called. */
  readonly totalMs: number
}

/** Every function that was seen between two moments (of the profile's clock, microseconds), idle time left out. */
export function functionTimes(
  profile: CpuProfile,
  { fromUs, toUs }: { readonly fromUs: number; readonly toUs: number },
): readonly FunctionTime[] {
  const selfUs = selfTimes(profile, fromUs, toUs)
  const nodes = new Map(profile.nodes.map(node => [node.id, node]))
  const times = new Map<string, { selfUs: number; totalUs: number }>()
  const visit = (node: ProfileNode, callers: ReadonlySet<string>): number => {
    const name = nameOf(node)
    const own = selfUs.get(node.id) ?? 0
    const inside = new Set([...callers, name])
    const below = (node.children ?? []).reduce((sum, id) => {
      const child = nodes.get(id)
      return child === undefined ? sum : sum + visit(child, inside)
    }, 0)
    const time = times.get(name) ?? { selfUs: 0, totalUs: 0 }
    time.selfUs += own
    // A function that calls itself again counts once.
    if (!callers.has(name)) time.totalUs += own + below
    times.set(name, time)
    return own + below
  }
  const [root] = profile.nodes
  if (root !== undefined) visit(root, new Set())
  return [...times]
    .filter(([name, time]) => time.totalUs > 0 && !name.startsWith('(idle)') && !name.startsWith('(root)'))
    .map(([name, time]) => ({ name, selfMs: time.selfUs / 1000, totalMs: time.totalUs / 1000 }))
}

function selfTimes(
  { samples = [], timeDeltas = [], startTime }: CpuProfile,
  fromUs: number,
  toUs: number,
): ReadonlyMap<number, number> {
  const times = new Map<number, number>()
  let at = startTime
  for (const [index, node] of samples.entries()) {
    // A sample stands for the time until the next one.
    at += timeDeltas[index] ?? 0
    const lasts = timeDeltas[index + 1] ?? 0
    if (at >= fromUs && at < toUs) times.set(node, (times.get(node) ?? 0) + lasts)
  }
  return times
}

function nameOf({ callFrame }: ProfileNode): string {
  const { functionName, url, lineNumber } = callFrame
  const name = functionName === '' ? '(anonymous)' : functionName
  // From the package on: what is before is the same for all.
  const file = /(?:[^/]+\/(?:dist|src)\/|node_modules\/(?!\.pnpm)|^node:).*$/.exec(url)?.[0] ?? url
  return file === '' ? name : `${name} ${file}:${lineNumber + 1}`
}
