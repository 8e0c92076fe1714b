import type { Passkey } from '@parley/client'
import { makePasskey } from '../../passkeys/passkeys.ts'
import { useParley } from '../../state/parley.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, Form, Submit } from '../../ui/form.tsx'
import { pointAt } from '../../ui/point-at.ts'
import { FreshProof, proofIn } from '../fresh-proof.tsx'

interface NewPasskeyDialogProps {
  onAdded: (passkey: Passkey) => void
  onClose: () => void
}

/** Names a passkey and lets the browser make it. */
export function NewPasskeyDialog({ onAdded, onClose }: NewPasskeyDialogProps) {
  const { client, toasts } = useParley()
  const add = async (fields: Record<string, string>): Promise<void> => {
    const credential = await makePasskey(client.http, proofIn(fields)).catch(
      pointAt({
        invalid_credentials: 'currentPassword',
        two_factor_required: 'code',
        invalid_code: 'code',
      }),
    )
    if (!credential) return
    const body = { credential, name: (fields['name'] ?? '').trim() }
    const { data } = await client.http.POST('/v1/auth/passkeys', { body })
    toasts.done('From now on it signs you in.')
    onAdded(data)
    onClose()
  }
  return (
    <Dialog title="Add a passkey" onClose={onClose}>
      <Form onSubmit={add}>
        <Field
          label="Name"
          name="name"
          hint="How you tell it from your others: “Laptop”, “Blue key”."
          maxLength={100}
          required
          first
        />
        <FreshProof />
        <footer class="actions">
          <Button onClick={onClose}>Cancel</Button>
          <Submit>Go on</Submit>
        </footer>
      </Form>
    </Dialog>
  )
}
