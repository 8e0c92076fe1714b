import type { ServerRole } from '../contract/caller.ts'
import { AppError } from '../contract/error-codes.ts'
import type { DbHandle, Transaction } from '../infra/db.ts'
import { sql } from '../infra/sql.ts'
import { containing, startingWith } from './like-pattern.ts'
import type { AccountStatus, AdminAccount } from './schema.ts'
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

export interface AccountFilter {
  term: string
  status: AccountStatus | null
  role: ServerRole | null
}

/** By username, those after `after`; a term matches names and the beginning of the address. */
export async function listAdminAccounts(
  db: DbHandle,
  { term, status, role, after }: AccountFilter & { after: string },
  limit: number,
): Promise<AdminAccount[]> {
  return db.query<AdminAccount>(
    sql`select ${adminColumns} from users u
      where u.status <> 'deleted' and (${status}::text is null or u.status = ${status})
        and (${role}::text is null or u.role = ${role})
        and (${term} = '' or u.search_text like lower(${containing(term)})
          or lower(u.email) like lower(${startingWith(term)}))
        and u.username ~>~ ${after}
      order by u.username using ~<~ limit ${limit}`,
  )
}

export async function updateAccount(
  tx: Transaction,
  id: string,
  to: Pick<AdminAccount, 'role' | 'status' | 'statusReason' | 'suspendedUntil'>,
  at: string,
): Promise<void> {
  await tx.query(
    sql`update users set role = ${to.role}, status = ${to.status},
        status_reason = ${to.statusReason}, suspended_until = ${to.suspendedUntil},
        updated_at = ${at}
      where id = ${id}`,
  )
}

/** Whose suspensions have ended by this time. */
export async function listEndedSuspensions(db: DbHandle, at: string): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    sql`select id from users where suspended_until <= ${at} order by suspended_until limit 100`,
  )
  return rows.map(({ id }) => id)
}
