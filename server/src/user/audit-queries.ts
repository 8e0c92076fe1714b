import type { DbHandle, Transaction } from '../infra/db.ts'
import { sql } from '../infra/sql.ts'
import type { AuditEntry } from './schema.ts'
import { summaryJson } from './user-queries.ts'

export interface AuditRow {
  id: string
  at: string
  actorId: string | null
  action: string
  subjectId: string | null
  detail: Readonly<Record<string, unknown>>
}

export async function insertAudit(tx: Transaction, row: AuditRow): Promise<void> {
  await tx.query(
    sql`insert into audit_log (id, at, actor_id, action, subject_id, detail)
      values (${row.id}, ${row.at}, ${row.actorId}, ${row.action}, ${row.subjectId}, ${row.detail})`,
  )
}

export interface AuditFilter {
  action?: string | undefined
  actorId?: string | undefined
  subjectId?: string | undefined
}

/** Newest first, those before `before`. */
export async function listAudit(
  db: DbHandle,
  { action, actorId, subjectId }: AuditFilter,
  before: string | null,
  limit: number,
): Promise<AuditEntry[]> {
  return db.query<AuditEntry>(
    sql`select e.id, e.at, e.action, e.detail,
        (select ${summaryJson} from users u where u.id = e.actor_id) as actor,
        (select ${summaryJson} from users u where u.id = e.subject_id) as subject
      from audit_log e
      where (${before}::uuid is null or e.id < ${before})
        and (${action}::text is null or e.action = ${action})
        and (${actorId}::uuid is null or e.actor_id = ${actorId})
        and (${subjectId}::uuid is null or e.subject_id = ${subjectId})
      order by e.id desc limit ${limit}`,
  )
}

/** The entries stay; what they say of this person's devices goes, and what someone has written. */
export async function erasePersonalDetail(tx: Transaction, userId: string): Promise<void> {
  // The reason of a suspension is a text; that of a session's end is a code.
  await tx.query(
    sql`update audit_log set detail = detail - case
        when action like 'user.%' then array['address', 'deviceName', 'name', 'reason']
        else array['address', 'deviceName', 'name'] end
      where subject_id = ${userId} and detail ?| array['address', 'deviceName', 'name', 'reason']`,
  )
}
