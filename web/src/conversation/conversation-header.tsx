import type { ChatRoom } from '@parley/client'
import { RoomPicture } from '../rooms/room-list.tsx'
import { roomName } from '../rooms/room-name.ts'
import { useFollow } from '../state/follow.ts'
import { Icon } from '../ui/icon.tsx'

export function ConversationHeader({ room }: { room: ChatRoom }) {
  const info = useFollow(room, () => room.info)
  return (
    <header class="conversation-header">
      <a class="back button quiet icon-button" href="/" aria-label="Back to the rooms">
        <Icon name="back" />
      </a>
      <RoomPicture info={info} />
      <div class="names">
        <h1 dir="auto">{roomName(info)}</h1>
        {info.topic && <p dir="auto">{info.topic}</p>}
      </div>
    </header>
  )
}
