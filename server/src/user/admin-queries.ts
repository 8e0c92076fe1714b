import type { ServerRole } from '../contract/caller.ts'
import { AppError } from '../contract/error-codes.ts'
import type { DbHandle, Transaction } from '../infra/db.ts'
import { sql } from '../infra/sql.ts'
import { containing, startingWith } from './like-pattern.ts'
import type { AccountStatus, AdminUser } from './schema.ts'
import { adminColumns } from './user-queries.ts'

/** One transaction at a time may take an administrator away: begin with this, before any row. */
export async function lockAdmins(tx: Transaction): Promise<void> {
  await tx.query(sql`select pg_advisory_xact_lock(hashtextextended('parley.admins', 0))`)
}

/** AppError `forbidden` unless this person is an administrator at this moment. */
export async function requireAdmin(db: DbHandle, userId: string): Promise<void> {
  const rows = await db.query(
    sql`select from users where id = ${userId} and role = 'admin' and status = 'active'`,
  )
  if (rows.length === 0) throw new AppError('forbidden')
}

/** AppError `last_admin` where nobody but this person is an active administrator; under
 *  `lockAdmins` the answer holds until the end of the transaction. */
export async function requireAnotherAdmin(tx: Transaction, userId: string): Promise<void> {
  const rows = await tx.query(
    sql`select from users where role = 'admin' and status = 'active' and id <> ${userId} limit 1`,
  )
  if (rows.length === 0) throw new AppError('last_admin')
}

/** By username, those after `after`; a term matches names and the beginning of the address. */
export async function listAdminUsers(
  db: DbHandle,
  { term, status, after }: { term: string; status: AccountStatus | null; after: string },
  limit: number,
): Promise<AdminUser[]> {
  return db.query<AdminUser>(
    sql`select ${adminColumns} from users u
      where u.status <> 'deleted' and (${status}::text is null or u.status = ${status})
        and (${term} = '' or u.search_text like lower(${containing(term)})
          or lower(u.email) like lower(${startingWith(term)}))
        and u.username ~>~ ${after}
      order by u.username using ~<~ limit ${limit}`,
  )
}

export async function updateAccount(
  tx: Transaction,
  id: string,
  to: { role: ServerRole; status: AccountStatus; statusReason: string | null },
  at: string,
): Promise<void> {
  await tx.query(
    sql`update users set role = ${to.role}, status = ${to.status},
        status_reason = ${to.statusReason}, updated_at = ${at}
      where id = ${id}`,
  )
}
