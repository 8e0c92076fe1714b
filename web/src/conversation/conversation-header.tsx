import type { ChatRoom } from '@parley/client'
import { RoomPicture } from '../rooms/room-list.tsx'
import { roomName } from '../rooms/room-name.ts'
import { useFollow } from '../state/follow.ts'
import { useOnline } from '../state/presence.ts'
import { IconButton } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'

interface ConversationHeaderProps {
  room: ChatRoom
  isSideOpen: boolean
  onToggleSide: () => void
}

/** What the room is called and about; opens what there is to know of it. */
export function ConversationHeader({ room, isSideOpen, onToggleSide }: ConversationHeaderProps) {
  const info = useFollow(room, () => room.info)
  const online = useOnline(info.peer?.id)
  const about = info.archivedAt ? 'Archived' : info.topic || (online ? 'Online' : '')
  return (
    <header class="conversation-header">
      <a class="back button quiet icon-button" href="/" aria-label="Back to the rooms">
        <Icon name="back" />
      </a>
      <RoomPicture info={info} />
      <div class="names">
        <h1 dir="auto">{roomName(info)}</h1>
        {about && <p dir="auto">{about}</p>}
      </div>
      <IconButton
        icon={info.kind === 'direct' ? 'person' : 'people'}
        label={info.kind === 'direct' ? 'Profile' : 'Members and settings'}
        aria-expanded={isSideOpen}
        onClick={onToggleSide}
      />
    </header>
  )
}
