import type { ChatRoom } from '@parley/client'
import { useFollow } from '../state/follow.ts'
import { Avatar } from '../ui/avatar.tsx'
import { clockTime } from '../rooms/time.ts'

export function MessageList({ room }: { room: ChatRoom }) {
  const messages = useFollow(room, () => room.messages)
  return (
    <div class="message-list" role="log" aria-label="Messages" tabIndex={0}>
      {messages.map((message) => (
        <article key={message.clientId} class="message" data-state={message.state}>
          <Avatar user={message.author} />
          <div>
            <strong>{message.author.displayName}</strong>{' '}
            <time>{clockTime(new Date(message.createdAt))}</time>
            <p dir="auto">{message.text ?? 'Message deleted'}</p>
          </div>
        </article>
      ))}
    </div>
  )
}
