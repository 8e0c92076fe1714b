import type { DbHandle, Transaction } from '../infra/db.ts'
import { sql } from '../infra/sql.ts'

/** Rooms that hold something of what this person wrote: a text, or the print of one. */
export async function listRoomsWrittenIn(db: DbHandle, authorId: string): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    sql`select distinct room_id as id from messages
      where author_id = ${authorId} and (text is not null or fingerprint is not null)`,
  )
  return rows.map(({ id }) => id)
}

/** The next of her messages there that hold something; `deleted` ones lost their text before. */
export async function listErasable(
  tx: Transaction,
  roomId: string,
  authorId: string,
  limit: number,
): Promise<{ seq: number; deleted: boolean }[]> {
  return tx.query(
    sql`select seq, text is null as deleted from messages
      where room_id = ${roomId} and author_id = ${authorId}
        and (text is not null or fingerprint is not null)
      order by seq limit ${limit}`,
  )
}

/** Leaves tombstones, the first with this version, the next with the next. */
export async function eraseTexts(
  tx: Transaction,
  roomId: string,
  seqs: readonly number[],
  { version, at }: { version: number; at: string },
): Promise<void> {
  await tx.query(
    sql`update messages msg set text = null, fingerprint = null, deleted_at = ${at},
        version = ${version}::bigint + i.n - 1
      from unnest(${seqs}::bigint[]) with ordinality as i (seq, n)
      where msg.room_id = ${roomId} and msg.seq = i.seq`,
  )
}

/** What a repeat is compared with (P3), of messages that are tombstones already. */
export async function erasePrints(
  tx: Transaction,
  roomId: string,
  seqs: readonly number[],
): Promise<void> {
  await tx.query(
    sql`update messages set fingerprint = null
      where room_id = ${roomId} and seq = any(${seqs}::bigint[])`,
  )
}
