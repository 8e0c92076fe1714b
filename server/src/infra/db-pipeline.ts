import { Client } from 'pg'
import type { QueryResult } from 'pg'
import { AppError } from '../contract/error-codes.ts'
import { isConnectionLoss, translateDbError } from './db-errors.ts'
import { cut, streamOf, usualPatienceMs } from './db-line.ts'
import { columnTypes, sessionOptions } from './db-session.ts'
import type { Sql } from './sql.ts'

interface PipelineOptions {
  url: string
  onError: (error: Error) => void
  /** Asks a new connection which history of the database it has reached, before it is used (P8). */
  identify?: (client: Client) => Promise<void>
  /** A transaction that has no answer for so long has lost it: what hangs closes no connection. */
  patienceMs?: number
}

/** Waits for a lock at most a second: the room that is stuck is set aside (G2). Its few statements
 *  look everything up by key, whatever their parameters and however small a table still is: they
 *  are planned once, not for each batch, and never to read a whole table. */
const pipelineOptions =
  '-c lock_timeout=1000 -c plan_cache_mode=force_generic_plan -c enable_seqscan=off'

/**
 * One connection that sends whole transactions in one write: PostgreSQL never waits for us while
 * it holds a lock (G1). It connects when it is first used, and again after it was lost.
 */
export class PipelinedConnection {
  readonly #options: PipelineOptions
  #client: Promise<Client> | undefined
  /** The same once it is connected: a transaction then leaves in the call itself. */
  #connected: Client | undefined

  constructor(options: PipelineOptions) {
    this.#options = options
  }

  /**
   * Runs these statements between BEGIN and COMMIT; the rows of each. AppError `unavailable` where
   * nothing was sent, `outcome_unknown` where the answer was lost, and whatever PostgreSQL says of
   * a statement.
   */
  async transaction(statements: readonly Sql[]): Promise<object[][]> {
    const client = this.#connected ?? (await this.#connection())
    const timer = setTimeout(() => cut(client), this.#options.patienceMs ?? usualPatienceMs)
    const results = await Promise.allSettled(
      inOneWrite(client, () =>
        [{ text: 'begin' }, ...statements, { text: 'commit' }].map((statement) =>
          client.query<object>(statement),
        ),
      ),
    )
    clearTimeout(timer)
    const failure = results.find((result) => result.status === 'rejected')
    if (failure) throw this.#failed(failure.reason)
    const answers = results.flatMap((result) => (result.status === 'fulfilled' ? result.value : []))
    requireCommitted(answers.at(-1))
    return answers.slice(1, -1).map(({ rows }) => rows)
  }

  async close(): Promise<void> {
    const client = await this.#client?.catch(() => undefined)
    this.#forget()
    await client?.end()
  }

  /** What is sent from now on goes through another connection. */
  renew(): void {
    const client = this.#connected
    this.#forget()
    client?.end().catch(this.#options.onError)
  }

  #connection(): Promise<Client> {
    if (this.#client) return this.#client
    // The end of a connection may be told when the next one is there already.
    const connecting = this.#connect(() => this.#client === connecting && this.#forget())
    this.#client = connecting
    return connecting
  }

  #forget(): void {
    this.#client = undefined
    this.#connected = undefined
  }

  async #connect(onLost: () => void): Promise<Client> {
    const { url, onError } = this.#options
    const client = new Client({
      connectionString: url,
      connectionTimeoutMillis: 5000,
      options: `${sessionOptions} ${pipelineOptions}`,
      types: columnTypes,
      pipeline: true,
      keepAlive: true,
    })
    client.on('error', (error) => {
      onError(error)
      onLost()
    })
    client.on('end', onLost)
    try {
      await client.connect()
      await this.#options.identify?.(client)
    } catch (error) {
      onLost()
      client.end().catch(onError)
      throw translateDbError(error)
    }
    this.#connected = client
    return client
  }

  /** Everything was on its way in one write: with the connection the answer is gone. */
  #failed(reason: unknown): unknown {
    if (!isConnectionLoss(reason)) return translateDbError(reason)
    this.#forget()
    return new AppError('outcome_unknown', { cause: reason })
  }
}

/** Joins what `send` writes to the connection into one write. */
function inOneWrite<T>(client: Client, send: () => T): T {
  const stream = streamOf(client)
  stream.cork()
  try {
    return send()
  } finally {
    stream.uncork()
  }
}

/** An aborted transaction answers ROLLBACK to COMMIT without an error: only the tag tells. */
function requireCommitted(answer: QueryResult | undefined): void {
  if (answer?.command === 'COMMIT') return
  throw new AppError('unavailable', { cause: new Error(`COMMIT was answered ${answer?.command}`) })
}
