import { useParley } from '../../state/parley.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, Form, Submit } from '../../ui/form.tsx'
import { pointAt } from '../../ui/point-at.ts'

interface NewBotDialogProps {
  onMade: () => void
  onClose: () => void
}

/** An account for a program; it gets its tokens in its own dialog. */
export function NewBotDialog({ onMade, onClose }: NewBotDialogProps) {
  const { client, toasts } = useParley()
  const make = async (fields: Record<string, string>): Promise<void> => {
    const { username = '', displayName = '' } = fields
    const body = { username, ...(displayName.trim() && { displayName: displayName.trim() }) }
    await client.http
      .POST('/v1/admin/bots', { body })
      .catch(pointAt({ username_taken: 'username' }))
    toasts.done(`@${username.toLowerCase()} is there. Open it to make a token.`)
    onMade()
    onClose()
  }
  return (
    <Dialog title="New bot" onClose={onClose}>
      <Form onSubmit={make}>
        <p>An account for a program. Nobody signs in as a bot: it uses tokens.</p>
        <Field
          label="Username"
          name="username"
          hint="3 to 32 letters, digits, and _ . -"
          autocomplete="off"
          autocapitalize="none"
          pattern="[A-Za-z0-9_.\-]{3,32}"
          required
          first
        />
        <Field label="Name" name="displayName" hint="How others see it." maxLength={64} />
        <footer class="actions">
          <Button onClick={onClose}>Cancel</Button>
          <Submit>Make the bot</Submit>
        </footer>
      </Form>
    </Dialog>
  )
}
