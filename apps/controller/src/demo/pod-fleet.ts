import { type ChildProcess, fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Deployment } from './deployment.ts'
import type { PodMessage } from './echo-pod.ts'

/** A pod of the demo: one process. */
export interface Pod {
  readonly name: string
  readonly deployment: Deployment
  readonly pid: number
  readonly port: number
  readonly phase: 'ready' | 'terminating'
}

/** What happened to a pod, for the person who watches. */
export type PodEvent =
  | { readonly kind: 'started'; readonly pod: Pod }
  | { readonly kind: 'terminating'; readonly pod: Pod }
  | { readonly kind: 'gone'; readonly pod: Pod }

/** How long a Deployment waits before it replaces a pod that died: long enough to see the traffic move. */
const replaceDelayMs = 3000

// `.ts` when the demo runs from its sources, `.js` when it was built.
const program = fileURLToPath(new URL(`./echo-pod${extname(import.meta.filename)}`, import.meta.url))

/** Keeps as many echo processes running as the Deployments ask for: the demo's kubelet and Deployment controller. */
export class PodFleet {
  readonly #onChange: (event: PodEvent) => void
  readonly #pods = new Map<string, { pod: Pod; readonly process: ChildProcess }>()
  /** Pods that do not listen yet, by identity of their Deployment. */
  readonly #starting = new Map<ChildProcess, string>()
  #deployments: readonly Deployment[] = []
  #replacement: NodeJS.Timeout | undefined
  #phase: 'open' | 'closed' = 'open'

  constructor(onChange: (event: PodEvent) => void) {
    this.#onChange = onChange
  }

  /** Pods that listen, in order of name. */
  get pods(): readonly Pod[] {
    return [...this.#pods.values()].map(({ pod }) => pod).toSorted((a, b) => (a.name < b.name ? -1 : 1))
  }

  /** Starts and stops pods until there are as many as asked for; resolves when the new ones listen or have ended. */
  async reconcile(deployments: readonly Deployment[]): Promise<void> {
    this.#deployments = deployments
    const starts: Promise<void>[] = []
    for (const deployment of deployments) {
      const ready = this.#readyPods(deployment)
      const starting = [...this.#starting.values()].filter(owner => owner === identity(deployment)).length
      for (let count = ready.length + starting; count < deployment.replicas; count += 1)
        starts.push(this.#start(deployment))
      for (const { process } of ready.slice(deployment.replicas)) process.kill('SIGTERM')
    }
    const names = new Set(deployments.map(identity))
    for (const { pod, process } of this.#pods.values())
      if (!names.has(identity(pod.deployment))) process.kill('SIGTERM')
    await Promise.all(starts)
  }

  close(): void {
    this.#phase = 'closed'
    clearTimeout(this.#replacement)
    for (const process of [...this.#starting.keys(), ...[...this.#pods.values()].map(pod => pod.process)])
      process.kill('SIGKILL')
    this.#pods.clear()
  }

  #readyPods(deployment: Deployment): readonly { readonly pod: Pod; readonly process: ChildProcess }[] {
    return [...this.#pods.values()].filter(
      ({ pod }) => pod.phase === 'ready' && identity(pod.deployment) === identity(deployment),
    )
  }

  async #start(deployment: Deployment): Promise<void> {
    const name = `${deployment.name}-${randomBytes(3).toString('hex')}`
    const child = fork(program, [name], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
    this.#starting.set(child, identity(deployment))
    const started = Promise.withResolvers<void>()
    child.on('message', (message: PodMessage) => {
      if (message.kind === 'listening') {
        this.#starting.delete(child)
        const pod: Pod = { name, deployment, pid: child.pid ?? 0, port: message.port, phase: 'ready' }
        this.#pods.set(name, { pod, process: child })
        this.#onChange({ kind: 'started', pod })
        started.resolve()
      } else this.#markTerminating(name)
    })
    const ended = (): void => {
      this.#starting.delete(child)
      this.#forget(name)
      started.resolve()
    }
    child.on('error', ended)
    child.on('exit', ended)
    await started.promise
  }

  #markTerminating(name: string): void {
    const entry = this.#pods.get(name)
    if (entry === undefined) return
    entry.pod = { ...entry.pod, phase: 'terminating' }
    this.#onChange({ kind: 'terminating', pod: entry.pod })
  }

  #forget(name: string): void {
    if (this.#phase === 'closed') return
    const entry = this.#pods.get(name)
    this.#pods.delete(name)
    if (entry !== undefined) this.#onChange({ kind: 'gone', pod: entry.pod })
    clearTimeout(this.#replacement)
    this.#replacement = setTimeout(() => void this.reconcile(this.#deployments), replaceDelayMs)
  }
}

function identity({ namespace, name }: Deployment): string {
  return `${namespace}/${name}`
}
