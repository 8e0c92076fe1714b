import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ParleyClient } from '@parley/client'
import type { SessionGrant } from '@parley/client'
import { apiDocuments } from '../src/api.ts'
import { createApp } from '../src/app.ts'
import type { AppConfig, Overrides } from '../src/app.ts'
import { readConfig } from '../src/config.ts'
import { ContractCheck } from './contract-check.ts'
import { createTestDatabase } from './database.ts'

export type Started = Awaited<ReturnType<typeof startApp>>
/** A person's client, signed in. */
export type Person = Awaited<ReturnType<Started['person']>>

export interface StartOptions extends Overrides {
  /** A database of another app, to be its second node; a fresh one otherwise. */
  databaseUrl?: string
  /** Settings by their environment names. */
  env?: Record<string, string>
}

/** The real app on a real database and a free port, quiet and with cheap passwords. What its
 *  clients receive is held against the documents: `close` rejects where something did not fit. */
export async function startApp({ databaseUrl, env, ...overrides }: StartOptions = {}) {
  const database = databaseUrl === undefined ? await createTestDatabase() : undefined
  const url = databaseUrl ?? database?.url ?? ''
  const dataDir = await mkdtemp(join(tmpdir(), 'parley-app-'))
  const settings = { DATA_DIR: dataDir, LOG_LEVEL: 'silent', BCRYPT_COST: '4', PORT: '0', ...env }
  const config: AppConfig = { ...readConfig({ LIMIT_SCALE: '100', ...settings }), databaseUrl: url }
  const app = await createApp(config, overrides)
  const { url: address } = await app.listen()
  const check = new ContractCheck(apiDocuments())
  return {
    app,
    check,
    url: address,
    databaseUrl: url,
    dataDir,
    /** Somebody, or whoever this session is. */
    client: (session?: SessionGrant) => clientOf(address, check, session),
    /** A new person, signed in. */
    async person(username: string) {
      const client = clientOf(address, check)
      const email = `${username}@example.org`
      const { user } = await client.register({ username, email, password: `${username} at parley` })
      return Object.assign(client, { userId: user.id })
    },
    async close() {
      await app.close()
      await database?.drop()
      await rm(dataDir, { recursive: true })
      check.assertKept()
    },
  }
}

function clientOf(
  url: string,
  { fetch, WebSocket }: ContractCheck,
  session?: SessionGrant,
): ParleyClient {
  return new ParleyClient({ url, fetch, WebSocket, ...(session && { session }) })
}
