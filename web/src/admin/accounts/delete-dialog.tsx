import type { AdminUser } from '@parley/client'
import { useParley } from '../../state/parley.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Choices } from '../../ui/fields.tsx'
import { Field, Form, Submit } from '../../ui/form.tsx'

const texts = [
  { value: 'keep', label: 'Keep what was said', about: 'By “Deleted account”.' },
  { value: 'erase', label: 'Delete what was said', about: 'Only the places stay.' },
] as const

interface DeleteDialogProps {
  user: AdminUser
  onGone: () => void
  onClose: () => void
}

/** Deletes somebody's account, once its username is typed. */
export function DeleteDialog({ user, onGone, onClose }: DeleteDialogProps) {
  const { client, toasts } = useParley()
  const end = async (fields: Record<string, string>): Promise<void> => {
    const query = { texts: fields['texts'] === 'erase' ? 'erase' : 'keep' } as const
    const params = { path: { userId: user.id }, query }
    await client.http.DELETE('/v1/admin/users/{userId}', { params })
    toasts.done(`The account of ${user.displayName} is deleted.`)
    onGone()
  }
  return (
    <Dialog title={`Delete the account of ${user.displayName}?`} onClose={onClose}>
      <Form onSubmit={end}>
        <p>For good, at once. The username is free again.</p>
        <Choices legend="What becomes of the messages?" name="texts" value="keep" options={texts} />
        <Field
          label={`Type ${user.username} to go on`}
          name="username"
          autocomplete="off"
          autocapitalize="none"
          pattern={user.username.replaceAll('.', '\\.')}
          required
        />
        <footer class="actions">
          <Button onClick={onClose}>Cancel</Button>
          <Submit look="danger">Delete</Submit>
        </footer>
      </Form>
    </Dialog>
  )
}
