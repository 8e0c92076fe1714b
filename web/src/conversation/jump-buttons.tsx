import { useFollow } from '../state/follow.ts'
import { Icon } from '../ui/icon.tsx'
import { useConversation } from './conversation-view.ts'

/** Back to the end, and up to where the unread messages begin. */
export function JumpButtons() {
  const view = useConversation()
  const { room } = view
  const unread = useFollow(room, () => room.info.unread)
  const more = useFollow(room, () => room.info.unreadMore)
  const newAfter = view.newAfter.value
  const isNewsAbove = useFollow(
    room,
    () => isBefore(newAfter, room.messages[0]?.seq) && room.hasOlder,
  )
  return (
    <div class="jumps">
      {isNewsAbove && (
        <button type="button" class="jump up" onClick={() => view.jumpToNews()}>
          <Icon name="arrowDown" /> To the first new message
        </button>
      )}
      {!view.atEnd.value && (
        <button type="button" class="jump down" onClick={() => view.jumpToEnd()}>
          <Icon name="arrowDown" />
          {unread > 0 ? (
            `${more ? '99+' : unread} new`
          ) : (
            <span class="hidden-visually">To the end</span>
          )}
        </button>
      )}
    </div>
  )
}

function isBefore(seq: number | undefined, first: number | undefined): boolean {
  return seq !== undefined && first !== undefined && seq + 1 < first
}
