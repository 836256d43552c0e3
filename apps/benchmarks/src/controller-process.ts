import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** A controller in a process of its own, as users run it: the built command. */
export interface ControllerProcess {
  readonly httpPort: number
  /** From the start of the process to its `ready` line, Node's own start included. */
  readonly readyMs: number
  /** SIGTERM, then waits for the end. Rejects when the exit status is not 0. */
  stop(): Promise<void>
}

const command = fileURLToPath(new URL('../../controller/dist/main.js', import.meta.url))

/** Starts `ingresskit serve` on a folder of manifests, with free ports. */
export async function startController(manifests: string): Promise<ControllerProcess> {
  const startedAt = performance.now()
  const args = [
    command,
    'serve',
    '--manifests',
    manifests,
    '--http-port',
    '0',
    '--https-port',
    '0',
    '--admin-port',
    '0',
    '--bind',
    '127.0.0.1',
  ]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  for await (const line of createInterface({ input: child.stdout })) {
    const entry: unknown = JSON.parse(line)
    if (typeof entry !== 'object' || entry === null || !('msg' in entry) || entry.msg !== 'ready' || !('http' in entry))
      continue
    child.stdout.resume()
    return {
      httpPort: Number(entry.http),
      readyMs: performance.now() - startedAt,
      async stop() {
        child.kill('SIGTERM')
        const [status] = await exited
        if (status !== 0) throw new Error(`the controller ended with status ${String(status)}`)
      },
    }
  }
  throw new Error('the controller ended before it was ready')
}
