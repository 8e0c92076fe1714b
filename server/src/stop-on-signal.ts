/** How the process ends. Own code, because libraries for it take npm's second SIGINT for an impatient person's. */
import type { Logger } from 'pino'

/** Longer than sockets get to move elsewhere, shorter than the 30 s an orchestrator waits before it kills. */
const drainMs = 25_000

/** One Ctrl-C arrives twice under `npm start`: from the terminal, and passed on by npm. */
const sameSignalMs = 500

/**
 * SIGTERM, SIGINT and SIGHUP drain and exit 0, an uncaught exception drains and exits 1; so does, at once, a second
 * signal. An unhandled rejection is only logged.
 */
export function stopOnSignal(logger: Logger, stopAll: () => Promise<void>): void {
  let stoppingSince: number | undefined

  const stop = async (code: number): Promise<void> => {
    stoppingSince = Date.now()
    setTimeout(() => {
      logger.error(`still not drained after ${drainMs / 1000} s: exiting`)
      process.exit(1)
    }, drainMs)
    try {
      await stopAll()
      logger.info('stopped')
      process.exit(code)
    } catch (err) {
      logger.error({ err }, 'unable to stop cleanly')
      process.exit(1)
    }
  }

  const onSignal = (signal: NodeJS.Signals): void => {
    if (stoppingSince === undefined) {
      logger.info({ signal }, 'draining')
      void stop(0)
    } else if (Date.now() - stoppingSince > sameSignalMs) {
      logger.warn({ signal }, 'second signal: exiting at once')
      process.exit(1)
    }
  }

  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, onSignal)
  process.on('uncaughtException', (err) => {
    logger.fatal({ err }, 'uncaught exception: draining')
    if (stoppingSince === undefined) void stop(1)
    else process.exit(1)
  })
  process.on('unhandledRejection', (err) => logger.error({ err }, 'unhandled rejection'))
}
