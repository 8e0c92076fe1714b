import { IconButton } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { plainText } from '../markdown/markdown.ts'
import { useConversation } from './conversation-view.ts'

/** What the next message answers, or which one is being edited. */
export function ComposerContext() {
  const view = useConversation()
  const editing = view.editing.value
  const replyingTo = view.replyingTo.value
  const message = editing ?? replyingTo
  if (!message) return null
  const cancel = (): void => {
    view.editing.value = undefined
    view.replyingTo.value = undefined
  }
  return (
    <div class="context">
      <Icon name={editing ? 'edit' : 'reply'} />
      <p>
        <strong>{editing ? 'Editing' : message.author.displayName}</strong>{' '}
        <span dir="auto">{plainText(message.text ?? '')}</span>
      </p>
      <IconButton icon="close" label={editing ? 'Stop editing' : 'Do not reply'} onClick={cancel} />
    </div>
  )
}
