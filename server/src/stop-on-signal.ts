/** How the process ends. Own code, because libraries for it take npm's second SIGINT for an impatient person's. */
import type { Logger } from 'pino'

/** Longer than sockets get to move elsewhere, shorter than the 30 s an orchestrator waits before it kills. */
const drainMs = 25_000

/** A worker's, so that its parent has time left for the database. */
const workerDrainMs = 20_000

/** One Ctrl-C arrives twice under `npm start`: from the terminal, and passed on by npm. */
const sameSignalMs = 500

const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const

/** What waits for the end of a process. */
interface Ending {
  begin(code: number): void
  /** By Date.now(); undefined before it has begun. */
  since: number | undefined
}

/**
 * SIGTERM, SIGINT and SIGHUP drain and exit 0, an uncaught exception drains and exits 1; so does, at once, a second
 * signal. An unhandled rejection is only logged.
 */
export function stopOnSignal(logger: Logger, stopAll: () => Promise<void>): void {
  const ending = endOnFault(logger, stopAll, drainMs)
  const onSignal = (signal: NodeJS.Signals): void => {
    if (ending.since === undefined) {
      logger.info({ signal }, 'draining')
      ending.begin(0)
    } else if (Date.now() - ending.since > sameSignalMs) {
      logger.warn({ signal }, 'second signal: exiting at once')
      process.exit(1)
    }
  }
  for (const signal of signals) process.on(signal, onSignal)
}

/**
 * The same for a worker, which hears of the end from its parent alone: a terminal or systemd signals all processes
 * at once, and the parent must be the one who decides.
 */
export function stopOnOrder(
  logger: Logger,
  stopAll: () => Promise<void>,
  whenDraining: (drain: () => void) => void,
): void {
  const ending = endOnFault(logger, stopAll, workerDrainMs)
  for (const signal of signals) process.on(signal, () => undefined)
  whenDraining(() => {
    if (ending.since === undefined) ending.begin(0)
  })
}

function endOnFault(logger: Logger, stopAll: () => Promise<void>, limitMs: number): Ending {
  const ending: Ending = {
    since: undefined,
    begin(code) {
      ending.since = Date.now()
      setTimeout(() => {
        logger.error(`still not drained after ${limitMs / 1000} s: exiting`)
        process.exit(1)
      }, limitMs)
      void end(logger, stopAll, code)
    },
  }
  process.on('uncaughtException', (err) => {
    logger.fatal({ err }, 'uncaught exception: draining')
    if (ending.since === undefined) ending.begin(1)
    else process.exit(1)
  })
  process.on('unhandledRejection', (err) => logger.error({ err }, 'unhandled rejection'))
  return ending
}

async function end(logger: Logger, stopAll: () => Promise<void>, code: number): Promise<void> {
  try {
    await stopAll()
    logger.info('stopped')
    process.exit(code)
  } catch (err) {
    logger.error({ err }, 'unable to stop cleanly')
    process.exit(1)
  }
}
