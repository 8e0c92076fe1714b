/** What a command does through the services, and how it says that they refused. */
import type { App } from '../app.ts'
import { environment, readConfig } from '../config.ts'
import { AppError } from '../contract/error-codes.ts'

/** Run `work` with an app on the configured database. An AppError ends as the sentence of this operation. */
export async function inApp<T>(operation: string, work: (app: App) => Promise<T>): Promise<T> {
  const config = readConfig(environment())
  // The app is loaded only by commands that need it.
  const { withApp } = await import('./app.ts')
  try {
    return await withApp(config, work)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const faults = (error.errors ?? []).map(({ pointer, detail }) => `${pointer} ${detail}`)
    const which = faults.length === 0 ? '' : ` (${faults.join(', ')})`
    throw new Error(error.sentence(operation) + which, { cause: error })
  }
}
