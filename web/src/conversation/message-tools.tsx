import type { StoredMessage } from '@parley/client'
import { roomPath } from '../router/routes.ts'
import { useParley } from '../state/parley.ts'
import { IconButton } from '../ui/button.tsx'
import { Menu, MenuItem } from '../ui/menu.tsx'
import { useConversation } from './conversation-view.ts'

interface MessageToolsProps {
  message: StoredMessage
  isMine: boolean
}

/** What can be done with a message; over its upper corner. */
export function MessageTools({ message, isMine }: MessageToolsProps) {
  const view = useConversation()
  const { toasts } = useParley()
  const { info } = view.room
  const canWrite = info.archivedAt === null
  const canDelete = canWrite && (isMine || (info.role !== 'member' && info.kind !== 'direct'))
  const copy = async (text: string, said: string): Promise<void> => {
    await navigator.clipboard.writeText(text)
    toasts.done(said)
  }
  const link = location.origin + roomPath(message.roomId, message.seq)
  return (
    <div class="tools">
      {canWrite && <IconButton icon="reply" label="Reply" onClick={() => view.reply(message)} />}
      {canWrite && isMine && (
        <IconButton icon="edit" label="Edit" onClick={() => view.edit(message)} />
      )}
      <Menu label="More">
        {isSecureContext && (
          <MenuItem
            icon="copy"
            onSelect={() =>
              void copy(message.text ?? '', 'The text is copied.').catch(toasts.failed)
            }
          >
            Copy text
          </MenuItem>
        )}
        {isSecureContext && (
          <MenuItem
            icon="link"
            onSelect={() => void copy(link, 'The link is copied.').catch(toasts.failed)}
          >
            Copy link
          </MenuItem>
        )}
        {canDelete && (
          <MenuItem icon="trash" danger onSelect={() => (view.deleting.value = message)}>
            Delete
          </MenuItem>
        )}
      </Menu>
    </div>
  )
}
