/** The whole app without its doors, for commands that do what a service does. */
import { setTimeout as sleep } from 'node:timers/promises'
import { createApp } from '../app.ts'
import type { App } from '../app.ts'
import type { Config } from '../config.ts'
import { createLogger } from '../infra/logger.ts'
import { checkMigrations, migrateUp } from '../infra/migrate.ts'
import { withDatabase } from './database.ts'

/** How long a command waits for Redis, to tell the running nodes what it changed. */
const redisPatienceMs = 2000

/** Run `work` with an app on the configured database. Nothing listens. */
export function withApp<T>(config: Config, work: (app: App) => Promise<T>): Promise<T> {
  return withDatabase(config, async (databaseUrl) => {
    await (config.migrate === 'auto' ? migrateUp : checkMigrations)({ url: databaseUrl })
    const logger = createLogger({ level: 'silent', format: 'json' })
    const app = await createApp({ ...config, databaseUrl }, { logger })
    try {
      await untilRedisAnswers(app, redisPatienceMs)
      const result = await work(app)
      // Behind what was published, on the same connection: once it is answered, the news is out.
      if (!(await untilRedisAnswers(app, 0))) {
        console.error('Redis does not answer: running nodes notice within 30 seconds')
      }
      return result
    } finally {
      await app.close()
    }
  })
}

async function untilRedisAnswers(app: App, patienceMs: number): Promise<boolean> {
  const giveUp = Date.now() + patienceMs
  for (;;) {
    try {
      await app.services.health.redis?.()
      return true
    } catch {
      if (Date.now() >= giveUp) return false
      await sleep(20)
    }
  }
}
