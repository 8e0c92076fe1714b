import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { WebSocket } from 'ws'
import { ParleyClient } from '@parley/client'
import { createApp } from '../src/app.ts'
import type { AppConfig, Overrides } from '../src/app.ts'
import { readConfig } from '../src/config.ts'
import { createTestDatabase } from './database.ts'

export interface StartOptions extends Overrides {
  /** A database of another app, to be its second node; a fresh one otherwise. */
  databaseUrl?: string
  /** Settings by their environment names. */
  env?: Record<string, string>
}

/** The real app on a real database and a free port, quiet and with cheap passwords. */
export async function startApp({ databaseUrl, env, ...overrides }: StartOptions = {}) {
  const database = databaseUrl === undefined ? await createTestDatabase() : undefined
  const url = databaseUrl ?? database?.url ?? ''
  const dataDir = await mkdtemp(join(tmpdir(), 'parley-app-'))
  const settings = { DATA_DIR: dataDir, LOG_LEVEL: 'silent', BCRYPT_COST: '4', PORT: '0', ...env }
  const config: AppConfig = { ...readConfig({ LIMIT_SCALE: '100', ...settings }), databaseUrl: url }
  const app = await createApp(config, overrides)
  const { url: address } = await app.listen()
  return {
    app,
    url: address,
    databaseUrl: url,
    client: () => clientOf(address),
    /** A new person, signed in. */
    async person(username: string) {
      const client = clientOf(address)
      const email = `${username}@example.org`
      const { user } = await client.register({ username, email, password: `${username} at parley` })
      return Object.assign(client, { userId: user.id })
    },
    async close() {
      await app.close()
      await database?.drop()
      await rm(dataDir, { recursive: true })
    },
  }
}

function clientOf(url: string): ParleyClient {
  return new ParleyClient({ url, WebSocket })
}
