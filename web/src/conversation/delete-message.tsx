import { Confirm } from '../ui/confirm.tsx'
import { useConversation } from './conversation-view.ts'

/** Asks before a message is deleted. */
export function DeleteMessage() {
  const view = useConversation()
  const message = view.deleting.value
  if (!message) return null
  return (
    <Confirm
      title="Delete this message?"
      action="Delete"
      danger
      onConfirm={() => view.room.delete(message.seq)}
      onClose={() => (view.deleting.value = undefined)}
    >
      <p>Its text is gone for everybody; that there was a message stays visible.</p>
      <blockquote dir="auto">{message.text}</blockquote>
    </Confirm>
  )
}
