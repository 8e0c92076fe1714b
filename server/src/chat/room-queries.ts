import type { DbHandle } from '../infra/db.ts'
import { prepared, sql } from '../infra/sql.ts'
import type { Sql } from '../infra/sql.ts'
import type { RoomInfo } from './schema.ts'

export interface RoomRow extends RoomInfo {
  firstSeq: number
  lastSeq: number
}

export const roomColumns = sql`r.id, r.kind, r.name, r.topic, r.history, r.version,
  r.created_at as "createdAt", r.archived_at as "archivedAt"`

/** The first statement of every transaction that changes rooms, members or their log (L1). What
 *  is decided afterwards is read by later statements, whose snapshot is from after the wait. */
export function roomLock(roomIds: readonly string[]): Sql {
  return prepared(
    'lock-rooms',
    sql`select id from rooms where id = any(${roomIds}::uuid[]) order by id for no key update`,
  )
}

export async function lockRooms(db: DbHandle, roomIds: readonly string[]): Promise<void> {
  await db.query(roomLock(roomIds))
}

/** Locks these rooms without waiting for anyone; false where another holds one of them. */
export async function lockFreeRooms(db: DbHandle, roomIds: readonly string[]): Promise<boolean> {
  const locked = await db.query(
    sql`select from rooms where id = any(${roomIds}::uuid[]) for no key update skip locked`,
  )
  return locked.length === roomIds.length
}

/** Which of these rooms somebody keeps locked right now. */
export async function listStuckRooms(db: DbHandle, roomIds: readonly string[]): Promise<string[]> {
  const rows = await db.query<{ id: string }>(sql`
    with free as materialized (
      select id from rooms where id = any(${roomIds}::uuid[]) for no key update skip locked
    )
    select id from rooms where id = any(${roomIds}::uuid[]) and id not in (select id from free)`)
  return rows.map(({ id }) => id)
}

export async function findRoom(db: DbHandle, roomId: string): Promise<RoomRow | undefined> {
  const [room] = await db.query<RoomRow>(
    prepared(
      'find-room',
      sql`select ${roomColumns}, r.first_seq as "firstSeq", r.last_seq as "lastSeq"
        from rooms r where r.id = ${roomId}`,
    ),
  )
  return room
}

export async function listRooms(db: DbHandle, roomIds: readonly string[]): Promise<RoomInfo[]> {
  return db.query<RoomInfo>(
    prepared(
      'list-rooms',
      sql`select ${roomColumns} from rooms r where r.id = any(${roomIds}::uuid[])`,
    ),
  )
}

export async function listLastSeqs(
  db: DbHandle,
  roomIds: readonly string[],
): Promise<{ id: string; lastSeq: number }[]> {
  return db.query<{ id: string; lastSeq: number }>(
    prepared(
      'list-last-seqs',
      sql`select id, last_seq as "lastSeq" from rooms where id = any(${roomIds}::uuid[])`,
    ),
  )
}

export interface NewRoom {
  id: string
  kind: RoomInfo['kind']
  name: string | null
  topic: string
  history: RoomInfo['history']
  createdBy: string
  clientId: string | null
  fingerprint: Buffer | null
  directKey: string | null
  at: string
}

export async function insertRoom(db: DbHandle, room: NewRoom): Promise<void> {
  await db.query(sql`
    insert into rooms (id, kind, name, topic, history, created_by, client_id, fingerprint,
      direct_key, created_at)
    values (${room.id}, ${room.kind}, ${room.name}, ${room.topic}, ${room.history},
      ${room.createdBy}, ${room.clientId}, ${room.fingerprint}, ${room.directKey}, ${room.at})`)
}

export async function findRoomByClientId(
  db: DbHandle,
  createdBy: string,
  clientId: string,
): Promise<{ id: string; fingerprint: Buffer | null } | undefined> {
  const [row] = await db.query<{ id: string; fingerprint: Buffer | null }>(sql`
    select id, fingerprint from rooms where created_by = ${createdBy} and client_id = ${clientId}`)
  return row
}

/** The smaller id first: there is one room a pair. */
export function directKeyOf(...pair: [string, string]): string {
  return pair.toSorted().join(':')
}

export async function findDirectRoomId(
  db: DbHandle,
  directKey: string,
): Promise<string | undefined> {
  const [row] = await db.query<{ id: string }>(
    sql`select id from rooms where direct_key = ${directKey}`,
  )
  return row?.id
}

/** Writes the room's own state; its version becomes the seq of the entry that says so. */
export async function updateRoom(
  db: DbHandle,
  room: Pick<RoomRow, 'id' | 'name' | 'topic' | 'archivedAt'>,
  version: number,
): Promise<void> {
  await db.query(sql`
    update rooms set name = ${room.name}, topic = ${room.topic}, archived_at = ${room.archivedAt},
      version = ${version}
    where id = ${room.id}`)
}
