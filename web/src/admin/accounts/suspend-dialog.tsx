import type { AccountChange, AdminUser } from '@parley/client'
import { useState } from 'preact/hooks'
import { useParley } from '../../state/parley.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Select, TextArea } from '../../ui/fields.tsx'
import { Field, Form, Submit } from '../../ui/form.tsx'
import { localInput, suspensionEnd, suspensions } from './suspension-end.ts'

interface SuspendDialogProps {
  user: AdminUser
  onChange: (change: AccountChange) => Promise<void>
  onClose: () => void
}

/** Keeps somebody out: why, and until when. */
export function SuspendDialog({ user, onChange, onClose }: SuspendDialogProps) {
  const { toasts } = useParley()
  const [length, setLength] = useState('')
  const suspend = async (fields: Record<string, string>): Promise<void> => {
    const reason = (fields['reason'] ?? '').trim()
    await onChange({
      status: 'suspended',
      until: suspensionEnd(length, fields['until']),
      ...(reason && { reason }),
    })
    toasts.done(`${user.displayName} is suspended.`)
    onClose()
  }
  return (
    <Dialog title={`Suspend ${user.displayName}?`} onClose={onClose}>
      <Form onSubmit={suspend}>
        <p>All sessions end at once, and nobody signs in to this account meanwhile.</p>
        <TextArea label="Why?" name="reason" hint="Kept in the audit log." maxLength={500} />
        <Select label="How long?" name="length" options={suspensions} onChange={setLength} />
        {length === 'until' && (
          <Field
            label="Until"
            name="until"
            type="datetime-local"
            min={localInput(new Date())}
            value={localInput(new Date(Date.now() + 86_400_000))}
            required
          />
        )}
        <footer class="actions">
          <Button onClick={onClose}>Cancel</Button>
          <Submit look="danger">Suspend</Submit>
        </footer>
      </Form>
    </Dialog>
  )
}
