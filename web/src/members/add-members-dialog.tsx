import { ParleyError } from '@parley/client'
import type { ChatRoom, UserSummary } from '@parley/client'
import { useState } from 'preact/hooks'
import { PeoplePicker } from '../people/people-picker.tsx'
import { roomName } from '../rooms/room-name.ts'
import { sentence } from '../state/toasts.ts'
import { useAction } from '../ui/action-button.tsx'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'

interface AddMembersDialogProps {
  room: ChatRoom
  onClose: () => void
}

/** Adds people to a room; who cannot be added stays in the dialog, with the reason. */
export function AddMembersDialog({ room, onClose }: AddMembersDialogProps) {
  const [picked, pick] = useState<readonly UserSummary[]>([])
  const [faults, setFaults] = useState<readonly string[]>([])
  const { busy, run } = useAction(async () => {
    const left = await addAll(room, picked)
    setFaults(left.map(({ fault }) => fault))
    pick(left.map(({ user }) => user))
    if (left.length === 0) onClose()
  })
  const name = picked.length === 1 ? 'Add 1 person' : `Add ${picked.length} people`
  return (
    <Dialog title={`Add people to ${roomName(room.info)}`} onClose={onClose}>
      <div class="form">
        <PeoplePicker
          label="Who?"
          hint={
            room.info.kind === 'group' && room.info.history === 'all'
              ? 'They will see what was said before.'
              : 'Type a name or a username.'
          }
          picked={picked}
          without={room.members.map(({ user }) => user.id)}
          onChange={pick}
          first
        />
        <div role="alert">
          {faults.map((fault) => (
            <p key={fault} class="form-error">
              {fault}
            </p>
          ))}
        </div>
        <footer class="actions">
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" busy={busy} disabled={picked.length === 0} onClick={run}>
            {picked.length === 0 ? 'Add' : name}
          </Button>
        </footer>
      </div>
    </Dialog>
  )
}

interface NotAdded {
  user: UserSummary
  fault: string
}

/** Adds them one after the other; answers who could not be added, and why. */
async function addAll(room: ChatRoom, people: readonly UserSummary[]): Promise<NotAdded[]> {
  const left: NotAdded[] = []
  for (const user of people) {
    try {
      await room.putMember(user.id)
    } catch (error) {
      if (!(error instanceof ParleyError)) throw error
      left.push({ user, fault: `${user.displayName}: ${sentence(error)}` })
    }
  }
  return left
}
