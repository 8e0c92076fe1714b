import { useParley } from '../../state/parley.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Form, Submit } from '../../ui/form.tsx'
import { pointAt } from '../../ui/point-at.ts'
import { CodeField, PasswordField } from './code-field.tsx'

/** Turns the second factor off. */
export function EndTwoFactorDialog({ onClose }: { onClose: () => void }) {
  const { client, toasts } = useParley()
  const end = async (fields: Record<string, string>): Promise<void> => {
    const { currentPassword = '', code = '' } = fields
    const body = { code: code.trim(), ...(currentPassword && { currentPassword }) }
    await client.http
      .POST('/v1/auth/two-factor/disable', { body })
      .catch(pointAt({ invalid_credentials: 'currentPassword', invalid_code: 'code' }))
    toasts.done('Two-factor is off.')
    onClose()
  }
  return (
    <Dialog title="Turn two-factor off?" onClose={onClose}>
      <Form onSubmit={end}>
        <p>No code is asked for then, of whoever signs in as you.</p>
        <PasswordField first />
        <CodeField />
        <footer class="actions">
          <Button onClick={onClose}>Cancel</Button>
          <Submit look="danger">Turn off</Submit>
        </footer>
      </Form>
    </Dialog>
  )
}
