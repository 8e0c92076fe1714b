import type { ChatRoom } from '@parley/client'
import { useState } from 'preact/hooks'
import { roomName } from '../rooms/room-name.ts'
import { useFollow } from '../state/follow.ts'
import { useParley } from '../state/parley.ts'
import { ActionButton } from '../ui/action-button.tsx'
import { Button } from '../ui/button.tsx'
import { Confirm } from '../ui/confirm.tsx'
import { Icon } from '../ui/icon.tsx'
import { rightsIn } from './room-rights.ts'

/** Archive a room or reopen it, and leave it. */
export function RoomEnds({ room }: { room: ChatRoom }) {
  const { router } = useParley()
  const info = useFollow(room, () => room.info)
  const [asks, ask] = useState<'leave' | 'archive'>()
  const close = (): void => ask(undefined)
  const { archive } = rightsIn(info)
  const leave = async (): Promise<void> => {
    await room.leave()
    router.go('/', { replace: true })
  }
  return (
    <div class="ends">
      {archive &&
        (info.archivedAt === null ? (
          <Button look="quiet" onClick={() => ask('archive')}>
            <Icon name="archive" /> Archive
          </Button>
        ) : (
          <ActionButton onAction={() => room.change({ archived: false })}>
            <Icon name="retry" /> Reopen
          </ActionButton>
        ))}
      <Button look="quiet" onClick={() => ask('leave')}>
        <Icon name="signOut" /> Leave
      </Button>
      {asks === 'archive' && (
        <Confirm
          title={`Archive ${roomName(info)}?`}
          action="Archive"
          onConfirm={() => room.change({ archived: true })}
          onClose={close}
        >
          Everybody goes on reading, and nobody writes. You can reopen it.
        </Confirm>
      )}
      {asks === 'leave' && (
        <Confirm
          title={`Leave ${roomName(info)}?`}
          action="Leave"
          danger
          onConfirm={leave}
          onClose={close}
        >
          {info.kind === 'channel'
            ? 'You can join again at any time.'
            : 'Only its owners and admins can add you again.'}
          {info.role === 'owner' &&
            ' Where you are its last owner, the longest-standing admin or member becomes owner.'}
        </Confirm>
      )}
    </div>
  )
}
