import './conversation.css'
import type { ChatRoom } from '@parley/client'
import { useEffect, useState } from 'preact/hooks'
import { useParley } from '../state/parley.ts'
import { EmptyState } from '../ui/empty-state.tsx'
import { Spinner } from '../ui/waiting.tsx'
import { Composer } from './composer.tsx'
import { ConversationHeader } from './conversation-header.tsx'
import { MessageList } from './message-list.tsx'

/** One room: who is there, what was said, and what one wants to say. */
export function ConversationPage({ roomId, seq }: { roomId: string; seq?: number }) {
  const { rooms, me } = useParley()
  const room = rooms.value.find(({ id }) => id === roomId)
  if (room) return <Conversation room={room} seq={seq} />
  if (!me.value) return <Spinner label="Opening the room" />
  return (
    <EmptyState icon="lock" title="This room is not open to you">
      <p>
        It does not exist, or you are not a member of it. <a href="/channels">Look for channels</a>
      </p>
    </EmptyState>
  )
}

function Conversation({ room, seq }: { room: ChatRoom; seq?: number }) {
  const { toasts } = useParley()
  const [loaded, setLoaded] = useState(false)
  useEffect(() => {
    const opened = seq === undefined ? room.load() : room.jumpTo(seq)
    opened.then(() => setLoaded(true)).catch(toasts.failed)
  }, [room, seq])
  return (
    <section class="conversation">
      <ConversationHeader room={room} />
      {loaded ? <MessageList room={room} /> : <Spinner />}
      <Composer room={room} />
    </section>
  )
}
