/** What a contestant of the reconfiguration workload can do: serve many hosts, and change one of them. */

export interface Changing {
  readonly httpPort: number
  /**
   * Gives this host one path more, the way the contestant's users do. Returns the moment (`performance.now()`) at which the new
   * configuration lay there whole: writing it is not counted, everything after it is.
   */
  change(index: number, path: string): Promise<number>
  stop(): Promise<void>
}

export interface ChangingSite {
  readonly folder: string
  readonly count: number
  readonly backendPort: number
}

/** Paths of a host: three, and those it was given later. */
export const pathsOf = (later: ReadonlyMap<number, readonly string[]>, index: number): readonly string[] => [
  '/path-0',
  '/path-1',
  '/path-2',
  ...(later.get(index) ?? []),
]
