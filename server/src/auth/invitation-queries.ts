import type { DbHandle, Transaction } from '../infra/db.ts'
import { sql } from '../infra/sql.ts'
import type { Invitation } from './invitation-schema.ts'

const columns = sql`i.id, i.note, i.created_at as "createdAt", i.expires_at as "expiresAt",
  i.max_uses as "maxUses", i.uses, i.revoked_at as "revokedAt",
  (select jsonb_build_object('id', u.id, 'username', u.username, 'displayName', u.display_name,
    'avatarUrl', u.avatar_url) from user_summaries u where u.id = i.created_by) as "createdBy"`

export interface NewInvitation {
  id: string
  hash: Buffer
  note: string
  createdBy: string
  at: string
  expiresAt: string
  maxUses: number
}

export async function insertInvitation(tx: Transaction, one: NewInvitation): Promise<void> {
  const { id, hash, note, createdBy, at, expiresAt, maxUses } = one
  await tx.query(
    sql`insert into invitations (id, token_hash, note, created_by, created_at, expires_at, max_uses)
      values (${id}, ${hash}, ${note}, ${createdBy}, ${at}, ${expiresAt}, ${maxUses})`,
  )
}

export async function findInvitation(db: DbHandle, id: string): Promise<Invitation | undefined> {
  const [row] = await db.query<Invitation>(
    sql`select ${columns} from invitations i where i.id = ${id}`,
  )
  return row
}

/** Newest first, those older than `before`. */
export async function listInvitations(
  db: DbHandle,
  before: string | null,
  limit: number,
): Promise<Invitation[]> {
  return db.query<Invitation>(
    sql`select ${columns} from invitations i
      where ${before}::uuid is null or i.id < ${before}
      order by i.id desc limit ${limit}`,
  )
}

const open = (at: string) => sql`uses < max_uses and expires_at > ${at} and revoked_at is null`

export async function isOpenInvitation(db: DbHandle, hash: Buffer, at: string): Promise<boolean> {
  const rows = await db.query(
    sql`select from invitations where token_hash = ${hash} and ${open(at)}`,
  )
  return rows.length > 0
}

/** Counts a use; undefined where none was left. Locks the row until the transaction ends. */
export async function useInvitation(
  tx: Transaction,
  hash: Buffer,
  at: string,
): Promise<string | undefined> {
  const [row] = await tx.query<{ id: string }>(
    sql`update invitations set uses = uses + 1 where token_hash = ${hash} and ${open(at)}
      returning id`,
  )
  return row?.id
}

/** Whether there is such an invitation; revoked once, it stays as it is. */
export async function revokeInvitation(tx: Transaction, id: string, at: string): Promise<boolean> {
  const rows = await tx.query(
    sql`update invitations set revoked_at = coalesce(revoked_at, ${at}) where id = ${id}
      returning id`,
  )
  return rows.length > 0
}
