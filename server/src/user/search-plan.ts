import type { Database, Transaction } from '../infra/db.ts'
import { sql } from '../infra/sql.ts'

/**
 * Runs a query that a GIN index answers. PostgreSQL cannot know how many names hold some letters,
 * and where it guesses many it reads the whole table instead. The same rows in the same order each
 * time: no parallel workers.
 */
export function throughGin<T>(
  db: Database,
  work: (tx: Transaction) => Promise<T>,
  likeness = 0.6,
): Promise<T> {
  return db.transaction(async (tx) => {
    await tx.query(
      sql`select set_config('enable_seqscan', 'off', true),
        set_config('enable_indexscan', 'off', true),
        set_config('enable_indexonlyscan', 'off', true),
        set_config('max_parallel_workers_per_gather', '0', true),
        set_config('pg_trgm.word_similarity_threshold', ${String(likeness)}, true)`,
    )
    return work(tx)
  })
}
