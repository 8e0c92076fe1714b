import type { Member, Room } from '@parley/client'

type Role = Member['role']

/** What one may do in a room: the server's table of rights, so that nothing is offered that it
 *  would refuse. */
export interface RoomRights {
  add: boolean
  rename: boolean
  /** Also reopens. */
  archive: boolean
  setRoles: boolean
  leave: boolean
  /** Whether one may take out somebody with this role. */
  remove: (role: Role) => boolean
}

export function rightsIn({
  kind,
  role,
  archivedAt,
}: Pick<Room, 'kind' | 'role' | 'archivedAt'>): RoomRights {
  const fixed = kind === 'direct'
  const open = !fixed && archivedAt === null
  const leads = role === 'owner' || role === 'admin'
  return {
    add: open && (leads || kind === 'channel'),
    rename: open && leads,
    archive: !fixed && role === 'owner',
    setRoles: open && role === 'owner',
    leave: !fixed,
    remove: (other) => open && (role === 'owner' || (role === 'admin' && other === 'member')),
  }
}

/** Why one cannot do more here; nothing where one may do all. */
export function whyNotMore({
  kind,
  role,
  archivedAt,
}: Pick<Room, 'kind' | 'role' | 'archivedAt'>): string {
  if (kind === 'direct') return ''
  if (archivedAt !== null) {
    const until = role === 'owner' ? 'you reopen' : 'an owner reopens'
    return `This room is archived: everybody reads and nobody writes, until ${until} it.`
  }
  if (role === 'owner') return ''
  if (role === 'admin') return 'Owners set roles, archive the room, and take out admins.'
  return kind === 'channel'
    ? 'Owners and admins name the channel and take people out.'
    : 'Owners and admins name the group, add people and take them out.'
}
