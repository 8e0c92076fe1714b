import { Pool } from 'pg'
import type { PoolClient } from 'pg'
import { AppError } from '../contract/error-codes.ts'
import { isConnectionLoss, isTransient, translateDbError } from './db-errors.ts'
import { columnTypes, sessionOptions } from './db-session.ts'
import { sql } from './sql.ts'
import type { Sql } from './sql.ts'

/** Where a query can run: on the pool, or inside a transaction. */
export interface DbHandle {
  query<Row extends object>(statement: Sql): Promise<Row[]>
}

export interface Transaction extends DbHandle {
  /** Runs in the tick in which COMMIT was confirmed; never after a rollback. */
  afterCommit(announce: () => void): void
}

export interface DatabaseOptions {
  url: string
  /** Connections of the pool. */
  size: number
  onError: (error: Error) => void
}

const attempts = 4

/** PostgreSQL: every write goes through `transaction`, so that a lost answer is told apart from
 *  a refused one. */
export class Database implements DbHandle {
  readonly #pool: Pool
  #epoch = ''

  constructor({ url, size, onError }: DatabaseOptions) {
    this.#pool = new Pool({
      connectionString: url,
      max: size,
      connectionTimeoutMillis: 5000,
      options: sessionOptions,
      types: columnTypes,
    })
    // A pooled connection that dies while idle reports here; unhandled it would end the process.
    // The pool's end does not wait for its connections': what they say after it is no fault.
    const report = (error: Error): void => {
      if (!this.#pool.ending) onError(error)
    }
    this.#pool.on('error', report)
    this.#pool.on('connect', (client) => client.on('error', report))
  }

  /** Names this history of the database (P8): system identifier and timeline. */
  get epoch(): string {
    return this.#epoch
  }

  /** Connections that are open, those of them with nothing to do, and who waits for one. */
  get pool(): { size: number; idle: number; waiting: number } {
    const { totalCount, idleCount, waitingCount } = this.#pool
    return { size: totalCount, idle: idleCount, waiting: waitingCount }
  }

  /** Reads the epoch; AppError `unavailable` where the database does not answer. */
  async readEpoch(): Promise<string> {
    const [row] = await this.query<{ epoch: string }>(sql`
      select s.system_identifier || '-' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8) as epoch
      from pg_control_system() s`)
    this.#epoch = row?.epoch ?? ''
    return this.#epoch
  }

  async query<Row extends object>(statement: Sql): Promise<Row[]> {
    try {
      const { rows } = await this.#pool.query<Row>(statement)
      return rows
    } catch (error) {
      throw translateDbError(error)
    }
  }

  /**
   * Runs `work` between BEGIN and COMMIT; again from the start after a deadlock. AppError
   * `outcome_unknown` where the answer to COMMIT was lost, `unavailable` where nothing was
   * stored because the database could not be reached.
   */
  async transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#attempt(work)
      } catch (error) {
        if (attempt < attempts && isTransient(error)) continue
        throw translateDbError(error)
      }
    }
  }

  async #attempt<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect()
    const announcements: (() => void)[] = []
    let broken: Error | undefined
    try {
      await client.query('begin')
      const result = await work({
        query: async <Row extends object>(statement: Sql) =>
          (await client.query<Row>(statement)).rows,
        afterCommit: (announce) => announcements.push(announce),
      })
      await commit(client)
      for (const announce of announcements) announce()
      return result
    } catch (error) {
      if (
        isConnectionLoss(error) ||
        (error instanceof AppError && error.code === 'outcome_unknown')
      ) {
        broken = error as Error // both are
      } else {
        await client.query('rollback').catch((failure: Error) => (broken = failure))
      }
      throw error
    } finally {
      client.release(broken)
    }
  }

  /** Runs reads that must all see the same state of the database. */
  async snapshot<T>(work: (view: DbHandle) => Promise<T>): Promise<T> {
    return this.transaction(async (tx) => {
      await tx.query(sql`set transaction isolation level repeatable read, read only`)
      return work(tx)
    })
  }

  async close(): Promise<void> {
    await this.#pool.end()
  }
}

/** An aborted transaction answers ROLLBACK to COMMIT without an error: only the tag tells (G1). */
async function commit(client: PoolClient): Promise<void> {
  let tag: string
  try {
    tag = (await client.query('commit')).command
  } catch (error) {
    if (isConnectionLoss(error)) throw new AppError('outcome_unknown', { cause: error })
    throw error
  }
  if (tag !== 'COMMIT') throw new AppError('unavailable', { cause: new Error(`tag ${tag}`) })
}
