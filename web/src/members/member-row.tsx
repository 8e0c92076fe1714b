import type { ChatRoom, Member } from '@parley/client'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { Person } from '../people/person-row.tsx'
import { useFollow } from '../state/follow.ts'
import { useParley } from '../state/parley.ts'
import { Confirm } from '../ui/confirm.tsx'
import { Menu, MenuItem } from '../ui/menu.tsx'
import { rightsIn } from './room-rights.ts'

const roleNames = { owner: 'Owner', admin: 'Admin', member: 'Member' }
const roles = ['member', 'admin', 'owner'] as const

interface MemberRowProps {
  room: ChatRoom
  member: Member
  onOpen: (userId: string) => void
}

/** A member, and what one may do with her here. */
export function MemberRow({ room, member, onOpen }: MemberRowProps) {
  const { me } = useParley()
  const { user, role } = member
  const isMe = user.id === me.value?.id
  const ref = useRef<HTMLLIElement>(null)
  useLayoutEffect(() => () => keepFocus(ref.current), [])
  return (
    <li ref={ref}>
      <button type="button" class="row-button" onClick={() => onOpen(user.id)}>
        <Person user={user} about={isMe ? 'You' : undefined} />
        {role !== 'member' && <span class="badge">{roleNames[role]}</span>}
      </button>
      <MemberMenu room={room} member={member} isMe={isMe} />
    </li>
  )
}

/** A row that goes with the focus in it leaves it to the heading above. */
function keepFocus(row: Element | null): void {
  const heading = row?.closest('.members')?.querySelector<HTMLElement>('h3')
  if (!heading || !row?.contains(document.activeElement)) return
  queueMicrotask(() => {
    if (document.activeElement === document.body) heading.focus({ preventScroll: true })
  })
}

interface MemberMenuProps {
  room: ChatRoom
  member: Member
  isMe: boolean
}

function MemberMenu({ room, member: { user, role }, isMe }: MemberMenuProps) {
  const { toasts } = useParley()
  const rights = rightsIn(useFollow(room, () => room.info))
  const [asks, ask] = useState<'remove' | 'owner'>()
  const close = (): void => ask(undefined)
  const setRole = async (role: Member['role']): Promise<void> => {
    await room.putMember(user.id, role)
    toasts.done(`${user.displayName} is now ${roleNames[role].toLowerCase()}.`)
  }
  const mayRemove = !isMe && rights.remove(role)
  if (!rights.setRoles && !mayRemove) return null
  return (
    <>
      <Menu label={`What to do with ${user.displayName}`}>
        {rights.setRoles &&
          roles
            .filter((other) => other !== role)
            .map((other) => (
              <MenuItem
                key={other}
                icon={other === 'member' ? 'person' : 'shield'}
                onSelect={() =>
                  other === 'owner' ? ask('owner') : void setRole(other).catch(toasts.failed)
                }
              >
                Make {other}
              </MenuItem>
            ))}
        {mayRemove && (
          <MenuItem icon="trash" danger onSelect={() => ask('remove')}>
            Take out
          </MenuItem>
        )}
      </Menu>
      {asks === 'remove' && (
        <Confirm
          title={`Take ${user.displayName} out?`}
          action="Take out"
          danger
          onConfirm={() => room.removeMember(user.id)}
          onClose={close}
        >
          What {user.displayName} said stays. {user.displayName} does not read on from here.
        </Confirm>
      )}
      {asks === 'owner' && (
        <Confirm
          title={`Make ${user.displayName} an owner?`}
          action="Make owner"
          onConfirm={() => setRole('owner')}
          onClose={close}
        >
          Owners may do everything here: set roles, yours too, and archive the room.
        </Confirm>
      )}
    </>
  )
}
