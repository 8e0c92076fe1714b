import type { ChatRoom } from '@parley/client'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { TextArea } from '../ui/fields.tsx'
import { Field, Form, Submit } from '../ui/form.tsx'

interface RoomDialogProps {
  room: ChatRoom
  onClose: () => void
}

/** Renames a room, and says what it is about. */
export function EditRoomDialog({ room, onClose }: RoomDialogProps) {
  const { name, topic } = room.info
  const change = async (fields: Record<string, string>): Promise<void> => {
    const given = { name: (fields['name'] ?? '').trim(), topic: (fields['topic'] ?? '').trim() }
    const changed = {
      ...(given.name !== name && { name: given.name }),
      ...(given.topic !== topic && { topic: given.topic }),
    }
    if (Object.keys(changed).length > 0) await room.change(changed)
    onClose()
  }
  return (
    <Dialog title="Name and topic" onClose={onClose}>
      <Form onSubmit={change}>
        <Field
          label="Name"
          name="name"
          value={name ?? ''}
          maxLength={100}
          pattern=".*\S.*"
          required
          first
        />
        <TextArea
          label="Topic"
          name="topic"
          value={topic}
          hint="What it is about. May be empty."
          maxLength={500}
        />
        <footer class="actions">
          <Button onClick={onClose}>Cancel</Button>
          <Submit>Save</Submit>
        </footer>
      </Form>
    </Dialog>
  )
}
