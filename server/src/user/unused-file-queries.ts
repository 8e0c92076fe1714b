import type { Transaction } from '../infra/db.ts'
import { sql } from '../infra/sql.ts'

export async function insertUnusedFiles(
  tx: Transaction,
  keys: readonly string[],
  dueAt: string,
): Promise<void> {
  await tx.query(
    sql`insert into unused_files (key, due_at)
      select key, ${dueAt} from unnest(${keys}::text[]) as k (key) order by key
      on conflict (key) do update set due_at = excluded.due_at`,
  )
}

export async function deleteUnusedFiles(tx: Transaction, keys: readonly string[]): Promise<void> {
  await tx.query(sql`delete from unused_files where key = any(${keys})`)
}

/** One that is due and that nobody else removes; its row is locked. */
export async function lockUnusedFile(tx: Transaction, at: string): Promise<string | undefined> {
  const [row] = await tx.query<{ key: string }>(
    sql`select key from unused_files where due_at <= ${at}
      order by due_at, key limit 1 for update skip locked`,
  )
  return row?.key
}
