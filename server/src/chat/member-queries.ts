import { firstId } from '../contract/uuid.ts'
import type { DbHandle } from '../infra/db.ts'
import { prepared, sql } from '../infra/sql.ts'
import type { Member, MemberRole } from './schema.ts'

export interface Membership {
  roomId: string
  userId: string
  role: MemberRole
  joinedAt: string
  joinedSeq: number
  visibleFrom: number
  version: number
  readSeq: number
}

const membershipColumns = sql`m.room_id as "roomId", m.user_id as "userId", m.role,
  m.joined_at as "joinedAt", m.joined_seq as "joinedSeq", m.visible_from as "visibleFrom",
  m.version, m.read_seq as "readSeq"`

/** `summary` as one JSON value, in the shape of UserSummary. */
export const summaryJson = sql`json_build_object('id', u.id, 'username', u.username,
  'displayName', u.display_name, 'avatarUrl', u.avatar_url)`

export async function findMembership(
  db: DbHandle,
  roomId: string,
  userId: string,
): Promise<Membership | undefined> {
  const [row] = await db.query<Membership>(
    prepared(
      'find-membership',
      sql`select ${membershipColumns} from members m
        where m.room_id = ${roomId} and m.user_id = ${userId}`,
    ),
  )
  return row
}

/** The rooms of each of these people who is in any. */
export async function listRoomIds(
  db: DbHandle,
  userIds: readonly string[],
): Promise<{ userId: string; roomIds: string[] }[]> {
  return db.query<{ userId: string; roomIds: string[] }>(
    prepared(
      'list-room-ids',
      sql`select user_id as "userId", array_agg(room_id order by room_id) as "roomIds"
        from members where user_id = any(${userIds}::uuid[]) group by user_id`,
    ),
  )
}

/** Those of these people who are in a room with this one. */
export async function listSharingRoom(
  db: DbHandle,
  userId: string,
  others: readonly string[],
): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    sql`select distinct o.user_id as id from members m
      join members o on o.room_id = m.room_id and o.user_id = any(${others}::uuid[])
      where m.user_id = ${userId}`,
  )
  return rows.map(({ id }) => id)
}

/** The rooms of a person that she can leave: all but the direct ones. */
export async function listOpenRoomIds(db: DbHandle, userId: string): Promise<string[]> {
  const rows = await db.query<{ id: string }>(sql`
    select r.id from members m join rooms r on r.id = m.room_id
    where m.user_id = ${userId} and r.kind <> 'direct' order by r.id`)
  return rows.map(({ id }) => id)
}

/** How many rooms whoever of these people is in most has. */
export async function countMostRooms(db: DbHandle, userIds: readonly string[]): Promise<number> {
  const [row] = await db.query<{ count: number }>(sql`
    select count(*) as count from members where user_id = any(${userIds}::uuid[])
    group by user_id order by count desc limit 1`)
  return row?.count ?? 0
}

/** How many members a room has, counted no further than `most`: a room may have very many. */
export async function countMembers(db: DbHandle, roomId: string, most: number): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    sql`select count(*) as count
      from (select from members where room_id = ${roomId} limit ${most}) counted`,
  )
  return row?.count ?? 0
}

export async function insertMembers(
  db: DbHandle,
  roomId: string,
  members: readonly Omit<Membership, 'roomId'>[],
): Promise<void> {
  const column = <K extends keyof Omit<Membership, 'roomId'>>(key: K) =>
    members.map((member) => member[key])
  await db.query(
    prepared(
      'insert-members',
      sql`insert into members (room_id, user_id, role, joined_at, joined_seq, visible_from,
          version, read_seq)
        select ${roomId}::uuid, i.* from unnest(${column('userId')}::uuid[],
          ${column('role')}::text[], ${column('joinedAt')}::timestamptz[],
          ${column('joinedSeq')}::bigint[], ${column('visibleFrom')}::bigint[],
          ${column('version')}::bigint[], ${column('readSeq')}::bigint[]) as i`,
    ),
  )
}

/** Who of these was ever a member, and whether she is one now. */
export async function listEverMembers(
  db: DbHandle,
  roomId: string,
  userIds: readonly string[],
): Promise<{ userId: string; present: boolean }[]> {
  return db.query<{ userId: string; present: boolean }>(
    prepared(
      'list-ever-members',
      // One by one (lateral, limit 1): joined, it would read the whole log of the room.
      sql`select i.id as "userId", m.user_id is not null as present
        from unnest(${userIds}::uuid[]) as i (id)
        cross join lateral (select from room_changes c where c.subject_id = i.id
          and c.room_id = ${roomId} and c.type = 'member.joined' limit 1) joined
        left join lateral (select m.user_id from members m
          where m.room_id = ${roomId} and m.user_id = i.id limit 1) m on true`,
    ),
  )
}

export async function updateMemberRole(
  db: DbHandle,
  { roomId, userId }: Pick<Membership, 'roomId' | 'userId'>,
  role: MemberRole,
  version: number,
): Promise<void> {
  await db.query(sql`
    update members set role = ${role}, version = ${version}
    where room_id = ${roomId} and user_id = ${userId}`)
}

export async function deleteMember(db: DbHandle, roomId: string, userId: string): Promise<void> {
  await db.query(sql`delete from members where room_id = ${roomId} and user_id = ${userId}`)
}

/** Whoever inherits a room without an owner: the longest-standing admin, else member. */
export async function findHeir(db: DbHandle, roomId: string): Promise<Membership | undefined> {
  const [row] = await db.query<Membership>(sql`
    select ${membershipColumns} from members m
    where m.room_id = ${roomId}
      and not exists (select 1 from members o where o.room_id = m.room_id and o.role = 'owner')
    order by m.role = 'admin' desc, m.joined_seq limit 1`)
  return row
}

export async function countOwners(db: DbHandle, roomId: string): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    sql`select count(*) as count from members where room_id = ${roomId} and role = 'owner'`,
  )
  return row?.count ?? 0
}

interface PageOfMembers {
  viewerId: string
  roomId: string
  after: { joinedSeq: number; userId: string } | undefined
  limit: number
  /** In rooms of more members nobody sees how far the others have read (E3). */
  receiptLimit: number
}

/** All but `lastSeq` is null in the one row of an empty page. */
type MemberRow = { lastSeq: number; userId: string | null; readSeq: number | null } & Required<
  Omit<Member, 'readSeq'>
>

/** Members in the order they joined, with the room's lastSeq in one snapshot; undefined where the
 *  viewer is not one of them. */
export async function findMemberPage(
  db: DbHandle,
  page: PageOfMembers,
): Promise<{ members: Member[]; lastSeq: number } | undefined> {
  const after = page.after ?? { joinedSeq: -1, userId: firstId }
  const rows = await db.query<MemberRow>(sql`
    with room as materialized (
      select r.id, r.last_seq, (select count(*) from (select from members c
        where c.room_id = r.id limit ${page.receiptLimit + 1}) counted) as size
      from members me join rooms r on r.id = me.room_id
      where me.room_id = ${page.roomId} and me.user_id = ${page.viewerId}
    )
    select room.last_seq as "lastSeq", m.user_id as "userId", ${summaryJson} as user, m.role,
      m.joined_at as "joinedAt", m.joined_seq as "joinedSeq", m.version,
      case when room.size <= ${page.receiptLimit} then m.read_seq end as "readSeq"
    from room
    left join lateral (
      select * from members m
      where m.room_id = room.id
        and (m.joined_seq, m.user_id) > (${after.joinedSeq}, ${after.userId}::uuid)
      order by m.joined_seq, m.user_id limit ${page.limit}
    ) m on true
    left join user_summaries u on u.id = m.user_id
    order by m.joined_seq, m.user_id`)
  const [first] = rows
  if (!first) return undefined
  const members = rows.flatMap(
    ({ userId, user, role, joinedAt, joinedSeq, version, readSeq }): Member[] => {
      if (userId === null) return []
      const member = { user, role, joinedAt, joinedSeq, version }
      return [readSeq === null ? member : { ...member, readSeq }]
    },
  )
  return { members, lastSeq: first.lastSeq }
}
