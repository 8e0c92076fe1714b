import type { DbHandle } from '../infra/db.ts'
import { sql } from '../infra/sql.ts'

/** Moves the marker forward, never back; false where it already was there or further. */
export async function advanceReadSeq(
  db: DbHandle,
  roomId: string,
  userId: string,
  seq: number,
): Promise<boolean> {
  const moved = await db.query(sql`
    update members set read_seq = ${seq}
    where room_id = ${roomId} and user_id = ${userId} and read_seq < ${seq}
    returning user_id`)
  return moved.length > 0
}
