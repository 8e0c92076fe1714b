import type { DbHandle, Transaction } from '../infra/db.ts'
import { sql } from '../infra/sql.ts'
import type { Sql } from '../infra/sql.ts'
import type { Account, NewAccount, Newcomer } from './account.ts'

const columns = sql`id, username, email, email_verified_at is not null as "emailVerified",
  password_hash as "passwordHash", role, status`

export async function insertUser(
  tx: Transaction,
  {
    id,
    username,
    email,
    passwordHash,
    displayName,
    role,
    bot = false,
  }: NewAccount & { id: string },
  at: string,
): Promise<void> {
  await tx.query(
    sql`insert into users (id, username, email, password_hash, display_name, role, bot,
        created_at, updated_at)
      values (${id}, ${username}, ${email}, ${passwordHash}, ${displayName}, ${role}, ${bot}, ${at}, ${at})`,
  )
}

/** Leaves out whose id or username is taken. */
export async function insertNewcomers(
  tx: Transaction,
  people: readonly Newcomer[],
  at: string,
): Promise<void> {
  const column = <K extends keyof Newcomer>(key: K) => people.map((person) => person[key])
  // By id, so that two imports at once do not wait for each other in a circle.
  await tx.query(
    sql`insert into users (id, username, display_name, created_at, updated_at)
      select id, username, display_name, ${at}::timestamptz, ${at}::timestamptz
      from unnest(${column('id')}::uuid[], ${column('username')}::text[],
        ${column('displayName')}::text[]) as i (id, username, display_name)
      order by id
      on conflict do nothing`,
  )
}

export async function listExisting(
  db: DbHandle,
  ids: readonly string[],
): Promise<{ id: string; deleted: boolean }[]> {
  return db.query<{ id: string; deleted: boolean }>(
    sql`select id, status = 'deleted' as deleted from users where id = any(${ids}::uuid[])`,
  )
}

export async function findTaken(
  db: DbHandle,
  username: string,
  email: string | null,
): Promise<{ username: boolean; email: boolean }> {
  const [row] = await db.query<{ username: boolean; email: boolean }>(
    sql`select exists (select from users where username = ${username}) as username,
      exists (select from users where lower(email) = lower(${email})) as email`,
  )
  return row ?? { username: false, email: false }
}

/** Usernames hold no `@`, e-mail addresses always do: no login can mean two people. */
export async function findAccountByLogin(
  db: DbHandle,
  login: string,
): Promise<Account | undefined> {
  const match = login.includes('@')
    ? sql`lower(email) = lower(${login})`
    : sql`username = lower(${login})`
  return findAccount(db, match)
}

/** Locks the row: its status and password stay what they are until the transaction ends. */
export async function lockAccount(tx: Transaction, id: string): Promise<Account | undefined> {
  return findAccount(tx, sql`id = ${id}`, sql`for no key update`)
}

export async function findAccountById(db: DbHandle, id: string): Promise<Account | undefined> {
  return findAccount(db, sql`id = ${id}`)
}

async function findAccount(
  db: DbHandle,
  match: Sql,
  lock: Sql = sql``,
): Promise<Account | undefined> {
  const [account] = await db.query<Account>(
    sql`select ${columns} from users where ${match} and status <> 'deleted' ${lock}`,
  )
  return account
}

/** The address is proved from now on. */
export async function updateVerifiedEmail(
  tx: Transaction,
  id: string,
  email: string,
  at: string,
): Promise<void> {
  await tx.query(
    sql`update users set email = ${email}, email_verified_at = ${at}, updated_at = ${at}
      where id = ${id}`,
  )
}

export async function updateDisplayName(
  tx: Transaction,
  id: string,
  displayName: string,
  at: string,
): Promise<void> {
  await tx.query(
    sql`update users set display_name = ${displayName}, updated_at = ${at} where id = ${id}`,
  )
}

export async function updatePasswordHash(tx: Transaction, id: string, hash: string): Promise<void> {
  await tx.query(sql`update users set password_hash = ${hash} where id = ${id}`)
}
