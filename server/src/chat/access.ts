import { AppError } from '../contract/error-codes.ts'
import type { DbHandle } from '../infra/db.ts'
import type { UserDirectory } from '../user/directory.ts'
import { findMembership, listSharingRoom } from './member-queries.ts'
import type { Membership } from './member-queries.ts'
import { findRoom, lockRooms } from './room-queries.ts'
import type { RoomRow } from './room-queries.ts'
import type { MemberRole } from './schema.ts'

/** Who may what inside a room (api.md); a stranger is refused before this is asked. */
const rights = {
  read: ['member', 'admin', 'owner'],
  send: ['member', 'admin', 'owner'],
  editOwn: ['member', 'admin', 'owner'],
  deleteOwn: ['member', 'admin', 'owner'],
  deleteAny: ['admin', 'owner'],
  addToChannel: ['member', 'admin', 'owner'],
  addToGroup: ['admin', 'owner'],
  removeMember: ['admin', 'owner'],
  removeAdmin: ['owner'],
  rename: ['admin', 'owner'],
  archive: ['owner'],
  setRole: ['owner'],
} as const satisfies Record<string, readonly MemberRole[]>
export type Action = keyof typeof rights

export interface Membered {
  room: RoomRow
  member: Membership
}

/** The room and the caller's place in it. AppError `room_not_found` where she may not know of
 *  it, `forbidden` where she sees the channel but is not in it. */
export async function requireMember(
  db: DbHandle,
  roomId: string,
  userId: string,
): Promise<Membered> {
  const room = await findRoom(db, roomId)
  const member = room && (await findMembership(db, roomId, userId))
  if (room && member) return { room, member }
  throw strangerRefusal(room)
}

/** What a stranger is told: a channel exists for everyone, any other room for its members. */
export function strangerRefusal(room: RoomRow | undefined): AppError {
  if (room?.kind !== 'channel') return new AppError('room_not_found')
  return new AppError('forbidden', {
    reason: 'you are not a member of this channel; join it first',
  })
}

/** The lock of L1, then the caller's place as of after the wait. */
export async function enterRoom(db: DbHandle, roomId: string, userId: string): Promise<Membered> {
  await lockRooms(db, [roomId])
  return requireMember(db, roomId, userId)
}

/** AppError `forbidden` where this member's role does not allow the action. */
export function permit({ member }: Membered, action: Action): void {
  const allowed: readonly MemberRole[] = rights[action]
  if (allowed.includes(member.role)) return
  throw new AppError('forbidden', { reason: 'your role in this room does not allow it' })
}

/** AppError `room_archived`: in an archived room everyone reads and nobody writes. */
export function requireOpen(room: RoomRow): void {
  if (room.archivedAt !== null) throw new AppError('room_archived')
}

/** AppError `direct_room_fixed`: two fixed members, no owner, no name. */
export function requireNotDirect(room: RoomRow): void {
  if (room.kind === 'direct') throw new AppError('direct_room_fixed')
}

/** No block in either direction with whoever is added to a room or written to directly, and
 *  nobody who does not want it. AppError `forbidden`, in the same words whatever the reason: the
 *  blocked never learns (E4). */
export async function requireReachable(
  db: DbHandle,
  users: UserDirectory,
  userId: string,
  others: readonly string[],
): Promise<void> {
  if (others.length === 0) return
  const reserved = await users.listReserved(db, userId, others)
  if (reserved.length === 0) return
  const ids = reserved.map(({ id }) => id)
  const sharing = new Set(await listSharingRoom(db, userId, ids))
  if (reserved.every(({ id, closed }) => !closed && sharing.has(id))) return
  throw new AppError('forbidden', { reason: 'this person cannot be reached by you' })
}
