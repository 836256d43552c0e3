import { type Controller, startController } from '../controller.ts'
import { exitStatus } from '../exit-status.ts'
import { createLogger, type Logger } from '../log.ts'
import type { ServeOptions } from '../options/option-table.ts'
import { type ChosenSource, sourceOf } from '../source-of.ts'

/** `ingresskit serve`: runs until SIGTERM or SIGINT, then drains; a second signal cuts what is left. */
export async function runServe(options: ServeOptions): Promise<number> {
  const log = createLogger({
    level: options['log-level'],
    format: options['log-format'],
    colours: process.stdout.isTTY ? 'on' : 'off',
  })
  return serveUntilSignal(options, log, { chosen: () => sourceOf(options, log) })
}

/** What differs between `serve` and `demo`. */
export interface ServeHooks {
  chosen(): Promise<ChosenSource>
  onReady?(controller: Controller): void
}

/** Starts a controller and resolves with the exit status after a signal: 0 after a clean drain, 1 when it could not start. */
export async function serveUntilSignal(options: ServeOptions, log: Logger, hooks: ServeHooks): Promise<number> {
  const signal = nextSignal()
  let controller: Controller
  try {
    const starting = hooks.chosen().then(async chosen => startController({ options, log, ...chosen }))
    const first = await Promise.race([starting, signal.first])
    if (typeof first === 'string') {
      log.info({ signal: first }, 'stopped before it was ready')
      // The start may hang on an API server that does not answer; there is no traffic to drain yet.
      void starting.then(async late => late.stop()).catch(() => undefined)
      return exitStatus.ok
    }
    controller = first
  } catch (error) {
    log.fatal(`cannot start: ${error instanceof Error ? error.message : String(error)}`)
    return exitStatus.failed
  }
  log.info(controller.ports, 'ready')
  hooks.onReady?.(controller)

  const received = await signal.first
  log.info({ signal: received }, 'draining')
  void signal.second.then(async () => controller.stop())
  const { cut } = await controller.stop()
  log.info({ cut }, 'stopped')
  return exitStatus.ok
}

function nextSignal(): { readonly first: Promise<string>; readonly second: Promise<string> } {
  const first = Promise.withResolvers<string>()
  const second = Promise.withResolvers<string>()
  let count = 0
  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    process.on(name, () => {
      count += 1
      if (count === 1) first.resolve(name)
      else second.resolve(name)
    })
  }
  return { first: first.promise, second: second.promise }
}
