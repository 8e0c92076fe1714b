import { useFollow } from '../state/follow.ts'
import { useParley } from '../state/parley.ts'
import { useConversation } from './conversation-view.ts'

/** Below the last message that others have read up to: who has. In small rooms only, where the
 *  server tells. */
export function Receipt({ seq }: { seq: number }) {
  const { room } = useConversation()
  const { me } = useParley()
  const text = useFollow(room, () => receiptText(room, seq, me.value?.id))
  return text === undefined ? null : <p class="receipt">{text}</p>
}

type Room = ReturnType<typeof useConversation>['room']

function receiptText(room: Room, seq: number, myId: string | undefined): string | undefined {
  const last = room.messages.findLast(
    (message) =>
      message.author.id === myId && message.state === 'sent' && message.deletedAt === null,
  )
  if (last?.seq !== seq) return undefined
  const readers = room.members.filter(
    ({ user, readSeq }) => user.id !== myId && (readSeq ?? 0) >= seq,
  )
  const names = readers.map(({ user }) => user.displayName)
  if (names.length === 0) return undefined
  if (room.info.kind === 'direct') return 'Seen'
  if (names.length > 3) return `Seen by ${names.length}`
  return `Seen by ${names.join(', ')}`
}
