import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from 'pg'
import { cpuMsOfFamily } from './cpu-time.ts'

/** The PostgreSQL that Parley runs inside its data directory, as the bench reaches it. */
export class EmbeddedPostgres {
  readonly #pidFile: string

  constructor(dataDir: string) {
    this.#pidFile = join(dataDir, 'postgres', 'postmaster.pid')
  }

  /** Another one after each start of the server. */
  get pid(): number {
    return Number(this.#lines[0])
  }

  /** PostgreSQL documents them: pid, data directory, start time, port, socket directory. */
  get #lines(): string[] {
    return readFileSync(this.#pidFile, 'utf8').split('\n')
  }

  get socketPath(): string {
    return `${this.#lines[4]}/.s.PGSQL.${this.#lines[3]}`
  }

  urlOf(database: string): string {
    const host = encodeURIComponent(this.#lines[4] ?? '')
    return `postgresql://parley@localhost:5432/${database}?host=${host}&sslmode=disable`
  }

  /** Of all its processes. */
  get cpuMs(): number {
    return cpuMsOfFamily(this.pid)
  }

  /** Runs `work` with a connection of its own. */
  async with<T>(database: string, work: (client: Client) => Promise<T>): Promise<T> {
    const client = new Client({ connectionString: this.urlOf(database) })
    await client.connect()
    try {
      return await work(client)
    } finally {
      await client.end()
    }
  }

  async createDatabase(name: string): Promise<void> {
    await this.with('postgres', (client) => client.query(`create database ${name}`))
  }

  async facts(): Promise<{ version: string; fsync: string }> {
    return this.with('postgres', async (client) => {
      const { rows } = await client.query<{ version: string; fsync: string }>(
        `select current_setting('server_version') as version, current_setting('fsync') as fsync`,
      )
      return rows[0] ?? { version: 'unknown', fsync: 'unknown' }
    })
  }
}
