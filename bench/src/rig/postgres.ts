import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from 'pg'
import { cpuMsOfFamily } from './cpu-time.ts'

/** The PostgreSQL that Parley runs inside its data directory, as the bench reaches it. */
export class EmbeddedPostgres {
  readonly pid: number
  readonly #socketFolder: string

  constructor(dataDir: string) {
    // PostgreSQL documents the lines: pid, data directory, start time, port, socket directory.
    const [pid = '', , , , folder = ''] = readFileSync(
      join(dataDir, 'postgres', 'postmaster.pid'),
      'utf8',
    ).split('\n')
    this.pid = Number(pid)
    this.#socketFolder = folder
  }

  urlOf(database: string): string {
    const host = encodeURIComponent(this.#socketFolder)
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
