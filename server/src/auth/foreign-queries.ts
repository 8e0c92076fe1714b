import type { Transaction } from '../infra/db.ts'
import { sql } from '../infra/sql.ts'
import type { Moment } from './session-lifetime.ts'

/** The session this issuer's name stands for, as long as it lives. */
export async function findForeignSession(
  tx: Transaction,
  { identityId, sid }: { identityId: string; sid: string },
  { now, idleSince }: Moment,
): Promise<string | undefined> {
  const [row] = await tx.query<{ id: string }>(
    sql`select s.id from foreign_sessions f join sessions s on s.id = f.session_id
      where f.identity_id = ${identityId} and f.sid = ${sid} and s.ended_at is null
        and s.expires_at > ${now} and s.last_used_at > ${idleSince}
      order by s.id desc limit 1`,
  )
  return row?.id
}

/** When one of this identity's sessions was last ended. */
export async function findLastEnd(
  tx: Transaction,
  identityId: string,
): Promise<string | undefined> {
  const [row] = await tx.query<{ endedAt: string | null }>(
    sql`select max(s.ended_at) as "endedAt"
      from foreign_sessions f join sessions s on s.id = f.session_id
      where f.identity_id = ${identityId}`,
  )
  return row?.endedAt ?? undefined
}

export async function insertForeignSession(
  tx: Transaction,
  { sessionId, identityId, sid }: { sessionId: string; identityId: string; sid: string },
): Promise<void> {
  await tx.query(
    sql`insert into foreign_sessions (session_id, identity_id, sid)
      values (${sessionId}, ${identityId}, ${sid})`,
  )
}

export async function touchSession(tx: Transaction, id: string, at: string): Promise<void> {
  await tx.query(sql`update sessions set last_used_at = ${at} where id = ${id}`)
}
