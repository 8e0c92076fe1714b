import './room-list.css'
import type { ChatRoom } from '@parley/client'
import { useFollow } from '../state/follow.ts'
import { useOnline } from '../state/presence.ts'
import { useParley } from '../state/parley.ts'
import { Avatar } from '../ui/avatar.tsx'
import { Icon } from '../ui/icon.tsx'
import { memo } from '../ui/memo.tsx'
import { AfterAMoment } from '../ui/waiting.tsx'
import { roomPath } from '../router/routes.ts'
import { preview, roomName } from './room-name.ts'
import { shortTime } from './time.ts'

/** All rooms, latest activity first, live. */
export function RoomList() {
  const { rooms, me } = useParley()
  if (!me.value) return <Skeleton />
  return (
    <nav class="room-list" aria-label="Rooms">
      <ul>
        {rooms.value.map((room) => (
          <li key={room.id}>
            <RoomRow room={room} />
          </li>
        ))}
      </ul>
      {rooms.value.length === 0 && (
        <p class="hint">You are in no room yet. Join a channel, or find somebody to talk to.</p>
      )}
    </nav>
  )
}

const RoomRow = memo(({ room }: { room: ChatRoom }) => {
  const { router, me, blocks } = useParley()
  const info = useFollow(room, () => room.info)
  const route = router.route.value
  const { lastMessage, unread, unreadMore } = info
  const shown = lastMessage && !blocks.value.has(lastMessage.author.id) ? lastMessage : undefined
  return (
    <a
      href={roomPath(room.id)}
      data-unread={unread > 0}
      aria-current={route.name === 'room' && route.roomId === room.id ? 'page' : undefined}
    >
      <RoomPicture info={info} />
      <span class="upper">
        <span class="name" dir="auto">
          {roomName(info)}
        </span>
        {shown && <time dateTime={shown.createdAt}>{shortTime(new Date(shown.createdAt))}</time>}
      </span>
      <span class="lower">
        <span class="last">{shown ? preview(shown, info.kind, me.value?.id) : info.topic}</span>
        {unread > 0 && (
          <span class="count" aria-label={`${unread}${unreadMore ? ' or more' : ''} unread`}>
            {unreadMore ? '99+' : unread}
          </span>
        )}
      </span>
    </a>
  )
})

/** The other person, or a sign for the kind of room. */
export function RoomPicture({ info }: { info: ChatRoom['info'] }) {
  const online = useOnline(info.peer?.id)
  if (info.peer) return <Avatar user={info.peer} online={online} />
  return (
    <span class="avatar medium sign" aria-hidden="true">
      <Icon name={info.archivedAt ? 'archive' : info.kind === 'channel' ? 'hash' : 'people'} />
    </span>
  )
}

function Skeleton() {
  return (
    <div class="room-list" aria-busy="true">
      <AfterAMoment>
        {Array.from({ length: 8 }, (_, index) => (
          <div key={index} class="skeleton row" />
        ))}
      </AfterAMoment>
    </div>
  )
}
