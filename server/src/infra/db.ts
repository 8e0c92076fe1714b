import { callbackify } from 'node:util'
import { Pool } from 'pg'
import type { ClientBase, PoolClient } from 'pg'
import { AppError } from '../contract/error-codes.ts'
import { isConnectionLoss, isTransient, translateDbError } from './db-errors.ts'
import { cutWhenSilent, usualPatienceMs } from './db-line.ts'
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
  /** A query of whose answer nothing comes for so long has lost its connection. */
  patienceMs?: number
}

const attempts = 4

/** Fails on a standby, which takes no writes. */
const epochStatement = sql`
  select s.system_identifier || '-' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8) as epoch
  from pg_control_system() s`

/** PostgreSQL: every write goes through `transaction`, so that a lost answer is told apart from
 *  a refused one. */
export class Database implements DbHandle {
  readonly #options: DatabaseOptions
  readonly #historyListeners: (() => void)[] = []
  #pool: Pool
  /** Resolves when the pools of earlier histories have ended. */
  #earlier: Promise<unknown> = Promise.resolve()
  #epoch = ''

  constructor(options: DatabaseOptions) {
    this.#options = options
    this.#pool = this.#openPool()
  }

  #openPool(): Pool {
    const { url, size, onError, patienceMs = usualPatienceMs } = this.#options
    const pool = new Pool({
      connectionString: url,
      max: size,
      connectionTimeoutMillis: 5000,
      options: sessionOptions,
      types: columnTypes,
      // Each connection may have reached another server than those before: asked before it is used.
      verify: callbackify((client: PoolClient) => this.identify(client)),
    })
    // A pooled connection that dies while idle reports here; unhandled it would end the process.
    // The pool's end does not wait for its connections': what they say after it is no fault.
    const report = (error: Error): void => {
      if (!pool.ending) onError(error)
    }
    pool.on('error', report)
    pool.on('connect', (client) => {
      client.on('error', report)
      cutWhenSilent(client, patienceMs)
    })
    return pool
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
    const [row] = await this.query<{ epoch: string }>(epochStatement)
    this.#learn(row?.epoch)
    return this.#epoch
  }

  /** Asks a connection that was just made which history of the database it has reached; AppError
   *  `unavailable` where it is a standby. */
  async identify(client: Pick<ClientBase, 'query'>): Promise<void> {
    try {
      const { rows } = await client.query<{ epoch: string }>(epochStatement)
      this.#learn(rows[0]?.epoch)
    } catch (cause) {
      throw new AppError('unavailable', { cause, retryAfterMs: 1000 })
    }
  }

  /** The listener hears when the database turns out to hold another history than before: what was
   *  read from it no longer counts (P8). */
  onNewHistory(listener: () => void): void {
    this.#historyListeners.push(listener)
  }

  #learn(epoch = ''): void {
    const before = this.#epoch
    this.#epoch = epoch
    if (before === '' || before === epoch) return
    // The other connections may still reach the history before.
    const old = this.#pool
    this.#pool = this.#openPool()
    this.#earlier = Promise.all([this.#earlier, old.end()])
    this.#earlier.catch(this.#options.onError)
    for (const listener of this.#historyListeners) listener()
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
    await Promise.all([this.#earlier, this.#pool.end()])
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
