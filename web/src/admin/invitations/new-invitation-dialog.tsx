import type { Invitation } from '@parley/client'
import { useState } from 'preact/hooks'
import { useParley } from '../../state/parley.ts'
import { Button } from '../../ui/button.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Select } from '../../ui/fields.tsx'
import { Field, Form, Submit } from '../../ui/form.tsx'

const lifetimes = [
  ['24', 'A day'],
  ['168', 'A week'],
  ['720', '30 days'],
  ['8760', 'A year'],
] as const

interface NewInvitationDialogProps {
  onMade: (invitation: Invitation) => void
  onClose: () => void
}

/** Makes an invitation, and shows its link this once. */
export function NewInvitationDialog({ onMade, onClose }: NewInvitationDialogProps) {
  const { client } = useParley()
  const [link, setLink] = useState<string>()
  const invite = async (fields: Record<string, string>): Promise<void> => {
    const { note = '', maxUses = '1', expiresInHours = '168' } = fields
    const { data } = await client.http.POST('/v1/admin/invitations', {
      body: {
        maxUses: Number(maxUses),
        expiresInHours: Number(expiresInHours),
        ...(note.trim() && { note: note.trim() }),
      },
    })
    setLink(`${location.origin}/sign-up#${data.token}`)
    onMade(data.invitation)
  }
  if (link) return <Made link={link} onClose={onClose} />
  return (
    <Dialog title="Invite" onClose={onClose}>
      <Form onSubmit={invite}>
        <Field
          label="Who is it for?"
          name="note"
          hint="Only administrators see it. May be empty."
          maxLength={200}
          first
        />
        <div class="side-by-side">
          <Field
            label="How many people?"
            name="maxUses"
            type="number"
            value="1"
            min={1}
            max={10_000}
            required
          />
          <Select label="How long?" name="expiresInHours" options={lifetimes} value="168" />
        </div>
        <footer class="actions">
          <Button onClick={onClose}>Cancel</Button>
          <Submit>Make the link</Submit>
        </footer>
      </Form>
    </Dialog>
  )
}

function Made({ link, onClose }: { link: string; onClose: () => void }) {
  return (
    <Dialog title="Invite" onClose={onClose}>
      <div class="form">
        <p>Copy the link now: it is not shown again. Whoever has it can come.</p>
        <code class="once">{link}</code>
        <footer class="actions">
          <CopyButton text={link} label="Copy the link" />
          <Button look="primary" onClick={onClose}>
            Done
          </Button>
        </footer>
      </div>
    </Dialog>
  )
}
