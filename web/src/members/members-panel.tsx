import './members.css'
import type { ChatRoom } from '@parley/client'
import { useState } from 'preact/hooks'
import { ProfileCard } from '../people/profile-card.tsx'
import { roomName } from '../rooms/room-name.ts'
import { useFollow } from '../state/follow.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { AddMembersDialog } from './add-members-dialog.tsx'
import { EditRoomDialog } from './edit-room-dialog.tsx'
import { MemberList } from './member-list.tsx'
import { RoomEnds } from './room-ends.tsx'
import { rightsIn, whyNotMore } from './room-rights.ts'

interface MembersPanelProps {
  room: ChatRoom
  onClose: () => void
}

/** What a room is and who is in it, beside the conversation; of a direct room the other person. */
export function MembersPanel({ room, onClose }: MembersPanelProps) {
  const info = useFollow(room, () => room.info)
  const isDirect = info.kind === 'direct'
  return (
    <section class="members-panel" aria-label={isDirect ? 'Profile' : 'About this room'}>
      <header>
        <h2>{isDirect ? 'Profile' : info.kind === 'channel' ? 'Channel' : 'Group'}</h2>
        <IconButton icon="close" label="Close the panel" onClick={onClose} />
      </header>
      <div class="content">
        {!isDirect ? (
          <About room={room} />
        ) : info.peer ? (
          <ProfileCard userId={info.peer.id} />
        ) : (
          <p class="hint">This account was deleted. What was said stays readable.</p>
        )}
      </div>
    </section>
  )
}

function About({ room }: { room: ChatRoom }) {
  const info = useFollow(room, () => room.info)
  const [open, setOpen] = useState<'edit' | 'add'>()
  const close = (): void => setOpen(undefined)
  const rights = rightsIn(info)
  const why = whyNotMore(info)
  return (
    <>
      <div class="room-facts">
        <h3 dir="auto">{roomName(info)}</h3>
        {info.topic && <p dir="auto">{info.topic}</p>}
        <p class="hint">
          {info.kind === 'channel'
            ? 'Open to everybody on this server.'
            : info.history === 'all'
              ? 'New members see what was said before.'
              : 'New members see what comes after them.'}
        </p>
        {rights.rename && (
          <Button onClick={() => setOpen('edit')}>
            <Icon name="edit" /> Name and topic
          </Button>
        )}
      </div>
      <MemberList room={room}>
        {rights.add && (
          <Button onClick={() => setOpen('add')}>
            <Icon name="plus" /> Add
          </Button>
        )}
      </MemberList>
      {why && <p class="note">{why}</p>}
      <RoomEnds room={room} />
      {open === 'edit' && <EditRoomDialog room={room} onClose={close} />}
      {open === 'add' && <AddMembersDialog room={room} onClose={close} />}
    </>
  )
}
