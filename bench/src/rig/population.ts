/** People, sessions, rooms and memberships written straight into Parley's tables, as its services
 *  leave them: ten thousand registrations would take longer than what is measured. */
import { randomBytes } from 'node:crypto'
import type { Client } from 'pg'

/** An id in the shape of a UUIDv7, the same here and in SQL. */
export function personId(n: number): string {
  return `019acb00-0001-7000-8000-${hex(n)}`
}

export function roomId(n: number): string {
  return `019acb00-0002-7000-8000-${hex(n)}`
}

const hex = (n: number): string => n.toString(16).padStart(12, '0')

interface Membership {
  room: number
  person: number
}

/** Adds people of these numbers, from `first`. */
export async function addPeople(
  client: Client,
  first: number,
  names: readonly { username: string; displayName: string }[],
): Promise<void> {
  await client.query(
    `insert into users (id, username, email, display_name, created_at, updated_at)
    select * , now(), now() from unnest($1::uuid[], $2::text[], $3::text[], $4::text[])`,
    [
      names.map((_, n) => personId(first + n)),
      names.map(({ username }) => username),
      names.map((_, n) => `person.${first + n}@example.org`),
      names.map(({ displayName }) => displayName),
    ],
  )
}

/** A signed-in device for each of them; returns their refresh tokens. */
export async function addSessions(client: Client, first: number, count: number): Promise<string[]> {
  const secret = randomBytes(32).toString('base64url')
  const people = Array.from({ length: count }, (_, n) => first + n)
  const tokens = people.map((person) => `${secret}.${person}`)
  await client.query(
    `insert into sessions (id, user_id, device_name, address, user_agent, created_at, last_used_at,
      expires_at, refresh_hash, rotated_at)
    select gen_random_uuid(), user_id, 'bench', '127.0.0.1', 'bench', now(), now(),
      now() + interval '90 days', sha256(convert_to(token, 'UTF8')), now()
    from unnest($1::uuid[], $2::text[]) as s (user_id, token)`,
    [people.map(personId), tokens],
  )
  return tokens
}

/** Groups with these members, who joined one after the other: the first owns it. */
export async function addRooms(client: Client, memberships: readonly Membership[]): Promise<void> {
  await client.query('begin')
  await client.query(
    `create temporary table joined on commit drop as
    select room_id, user_id, row_number() over (partition by room_id order by user_id) as seq
    from unnest($1::uuid[], $2::uuid[]) as m (room_id, user_id)`,
    [
      memberships.map(({ room }) => roomId(room)),
      memberships.map(({ person }) => personId(person)),
    ],
  )
  await client.query(
    `insert into rooms (id, kind, name, created_by, version, last_seq, created_at)
    select room_id, 'group', 'Room ' || right(room_id::text, 6), min(user_id::text)::uuid, 0,
      count(*), now()
    from joined group by room_id`,
  )
  await client.query(
    `insert into members (room_id, user_id, role, joined_at, joined_seq, visible_from, version,
      read_seq)
    select room_id, user_id, case when seq = 1 then 'owner' else 'member' end, now(), seq, 1, seq, seq
    from joined`,
  )
  await client.query(
    `insert into room_changes (room_id, seq, type, actor_id, subject_id, role, at)
    select room_id, seq, 'member.joined', first_value(user_id) over (partition by room_id order by seq),
      user_id, case when seq = 1 then 'owner' else 'member' end, now()
    from joined`,
  )
  await client.query('commit')
  // What autovacuum would do within a minute: the planner must know what is there.
  await client.query('analyze users, sessions, rooms, members, room_changes')
}
