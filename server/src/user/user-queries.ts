import type { DbHandle, Transaction } from '../infra/db.ts'
import { prepared, sql } from '../infra/sql.ts'
import { avatarUrl } from './avatar-address.ts'
import type { Profile } from './profile-change.ts'
import type { LastSeenTo } from './profile-schema.ts'
import type { AdminAccount, OwnUser, PublicUser, UserProfile } from './schema.ts'

export const summaryColumns = sql`u.id, u.username, u.display_name as "displayName",
  ${avatarUrl} as "avatarUrl"`
export const summaryJson = sql`jsonb_build_object('id', u.id, 'username', u.username,
  'displayName', u.display_name, 'avatarUrl', ${avatarUrl})`
export const publicColumns = sql`${summaryColumns}, u.bio,
  case when u.status_text_until <= now() then '' else u.status_text end as "statusText",
  case when u.status_text_until > now() then u.status_text_until end as "statusTextUntil",
  u.role, u.bot, u.created_at as "createdAt", u.updated_at as "updatedAt"`
const profileColumns = sql`${publicColumns}, u.time_zone as "timeZone", u.locale,
  (select coalesce(jsonb_object_agg(v.field_key, v.value), '{}') from profile_values v
    where v.user_id = u.id) as fields`
const ownColumns = sql`${profileColumns}, u.email, u.email_verified_at is not null as "emailVerified",
  u.password_hash is not null as "hasPassword", u.status, u.reachable_by as "reachableBy",
  u.last_seen_to as "lastSeenTo"`
export const adminColumns = sql`${ownColumns}, u.status_reason as "statusReason",
  u.suspended_until as "suspendedUntil"`

/** Deleted people too: what they wrote still names them. */
export async function listPublicUsers(db: DbHandle, ids: readonly string[]): Promise<PublicUser[]> {
  return db.query<PublicUser>(
    prepared('list-users', sql`select ${publicColumns} from users u where u.id = any(${ids})`),
  )
}

export async function findPublicUser(db: DbHandle, id: string): Promise<PublicUser | undefined> {
  const [user] = await db.query<PublicUser>(
    sql`select ${publicColumns} from users u where u.id = ${id} and u.status <> 'deleted'`,
  )
  return user
}

/** The whole profile, with when she was last seen, and who may know. */
export async function findProfile(
  db: DbHandle,
  id: string,
): Promise<(UserProfile & { lastSeenTo: LastSeenTo }) | undefined> {
  const [user] = await db.query<UserProfile & { lastSeenTo: LastSeenTo }>(
    sql`select ${profileColumns}, u.last_seen_to as "lastSeenTo",
        (select l.at from last_seen l where l.user_id = u.id) as "lastSeenAt"
      from users u where u.id = ${id} and u.status <> 'deleted'`,
  )
  return user
}

export async function findOwnUser(db: DbHandle, id: string): Promise<OwnUser | undefined> {
  const [user] = await db.query<OwnUser>(
    sql`select ${ownColumns} from users u where u.id = ${id} and u.status <> 'deleted'`,
  )
  return user
}

/** People whose accounts were not deleted, each with how often her state changed (L4) and whom
 *  she blocks. */
export async function listOwnStates(
  db: DbHandle,
  ids: readonly string[],
): Promise<{ user: OwnUser; stateSeq: number; blockedIds: string[] }[]> {
  const rows = await db.query<OwnUser & { stateSeq: number; blockedIds: string[] }>(
    prepared(
      'list-own-states',
      sql`select ${ownColumns}, u.state_seq as "stateSeq", array(select b.blocked_id from blocks b
          where b.user_id = u.id order by b.blocked_id) as "blockedIds"
        from users u where u.id = any(${ids}::uuid[]) and u.status <> 'deleted'`,
    ),
  )
  return rows.map(({ stateSeq, blockedIds, ...user }) => ({ user, stateSeq, blockedIds }))
}

/** Those of these people whose accounts are active. */
export async function listActiveRoles(
  db: DbHandle,
  ids: readonly string[],
): Promise<Pick<OwnUser, 'id' | 'role'>[]> {
  return db.query(
    prepared(
      'list-active-roles',
      sql`select id, role from users where id = any(${ids}::uuid[]) and status = 'active'`,
    ),
  )
}

export async function findAdminAccount(
  db: DbHandle,
  id: string,
): Promise<AdminAccount | undefined> {
  const [user] = await db.query<AdminAccount>(
    sql`select ${adminColumns} from users u where u.id = ${id} and u.status <> 'deleted'`,
  )
  return user
}

export async function listStateSeqs(
  db: DbHandle,
  ids: readonly string[],
): Promise<{ id: string; stateSeq: number }[]> {
  return db.query<{ id: string; stateSeq: number }>(
    prepared(
      'list-state-seqs',
      sql`select id, state_seq as "stateSeq" from users where id = any(${ids}::uuid[])`,
    ),
  )
}

/** Counts one more change of each person's state (L4). Locks their rows, by id (L1). */
export async function bumpStateSeqs(
  tx: Transaction,
  ids: readonly string[],
): Promise<Map<string, number>> {
  const rows = await tx.query<{ id: string; stateSeq: number }>(
    sql`with locked as (
        select id from users where id = any(${ids}) order by id for no key update
      )
      update users u set state_seq = u.state_seq + 1 from locked where u.id = locked.id
      returning u.id, u.state_seq as "stateSeq"`,
  )
  return new Map(rows.map(({ id, stateSeq }) => [id, stateSeq]))
}

/** Locks those of these people whose accounts are active, by id (L1). */
export async function lockActiveUsers(
  tx: Transaction,
  ids: readonly string[],
): Promise<{ id: string }[]> {
  return tx.query<{ id: string }>(
    sql`select id from users where id = any(${ids}) and status = 'active'
      order by id for no key update`,
  )
}

export async function lockUser(tx: Transaction, id: string): Promise<void> {
  await tx.query(sql`select from users where id = ${id} for no key update`)
}

export async function updateProfile(
  tx: Transaction,
  id: string,
  profile: Profile,
  at: string,
): Promise<void> {
  await tx.query(
    sql`update users set display_name = ${profile.displayName}, bio = ${profile.bio},
        status_text = ${profile.statusText}, status_text_until = ${profile.statusTextUntil},
        time_zone = ${profile.timeZone}, locale = ${profile.locale},
        reachable_by = ${profile.reachableBy}, last_seen_to = ${profile.lastSeenTo},
        updated_at = ${at}
      where id = ${id}`,
  )
}

/** Leaves a person in name only: what she wrote keeps an author, and her username is free again. */
export async function eraseUser(
  tx: Transaction,
  id: string,
  username: string,
  at: string,
): Promise<void> {
  await tx.query(
    sql`update users set username = ${username}, email = null, email_verified_at = null,
        password_hash = null, display_name = 'Deleted account', bio = '', status_text = '',
        status_text_until = null, time_zone = null, locale = null, reachable_by = 'nobody',
        last_seen_to = 'nobody', avatar_url = null, role = 'user', status = 'deleted',
        status_reason = null, suspended_until = null,
        state_seq = state_seq + 1, updated_at = ${at}
      where id = ${id}`,
  )
}
