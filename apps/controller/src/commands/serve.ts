import { type Controller, startController } from '../controller.ts'
import { exitStatus } from '../exit-status.ts'
import { createLogger, type Logger } from '../log.ts'
import type { ServeOptions } from '../options/option-table.ts'
import { type ChosenSource, sourceOf } from '../source-of.ts'
import { shutdownSignals } from './shutdown-signals.ts'

/** `ingresskit serve`: runs until SIGTERM or SIGINT, then drains; a second signal cuts what is left. */
export async function runServe(options: ServeOptions): Promise<number> {
  const colours = process.stdout.isTTY ? 'on' : 'off'
  const log = createLogger({ level: options['log-level'], format: options['log-format'], colours })
  let phase: 'starting' | 'ready' = 'starting'
  return serveUntilSignal(options, log, {
    chosen: async () =>
      sourceOf(options, problem => {
        if (phase === 'starting') log.warn({ problem }, `waiting for the first snapshot: ${problem.message}`)
      }),
    onReady: () => {
      phase = 'ready'
    },
  })
}

/** What differs between `serve` and `demo`. */
export interface ServeHooks {
  chosen(): Promise<ChosenSource>
  onReady(controller: Controller): void
}

/** Starts a controller and resolves with the exit status after a signal: 0 after a clean drain, 1 when it could not start. */
export async function serveUntilSignal(options: ServeOptions, log: Logger, hooks: ServeHooks): Promise<number> {
  const signals = shutdownSignals()
  let controller: Controller
  try {
    controller = await startController({ options, log, stop: signals.stop, ...(await hooks.chosen()) })
  } catch (error) {
    if (signals.stop.aborted) {
      log.info('stopped before it was ready')
      return exitStatus.ok
    }
    log.fatal(`cannot start: ${error instanceof Error ? error.message : String(error)}`)
    return exitStatus.failed
  }
  log.info(controller.ports, 'ready')
  hooks.onReady(controller)

  const signal = await signals.first
  log.info({ signal }, 'draining')
  void signals.second.then(async () => controller.stop())
  const { cut } = await controller.stop()
  log.info({ cut }, 'stopped')
  return exitStatus.ok
}
