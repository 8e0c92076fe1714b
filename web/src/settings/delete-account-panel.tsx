import { ParleyError } from '@parley/client'
import type { OwnUser } from '@parley/client'
import { useState } from 'preact/hooks'
import { useParley } from '../state/parley.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Choices } from '../ui/fields.tsx'
import { Field, Form, Submit } from '../ui/form.tsx'
import { Panel } from '../ui/panel.tsx'

const texts = [
  { value: 'keep', label: 'Keep what I said', about: 'It stays, by “Deleted account”.' },
  { value: 'erase', label: 'Delete what I said', about: 'Only the places stay.' },
] as const

/** The end of the account. */
export function DeleteAccountPanel({ user }: { user: OwnUser }) {
  const [asks, ask] = useState(false)
  return (
    <Panel
      title="Delete the account"
      about="For good, at once: sessions and memberships end, the profile is erased, the username is free again."
    >
      <div class="actions">
        <Button onClick={() => ask(true)}>Delete my account …</Button>
      </div>
      {asks && <DeleteDialog user={user} onClose={() => ask(false)} />}
    </Panel>
  )
}

function DeleteDialog({ user, onClose }: { user: OwnUser; onClose: () => void }) {
  const { client, session, drafts, unsent } = useParley()
  const end = async (fields: Record<string, string>): Promise<void> => {
    if (fields['username']?.trim().toLowerCase() !== user.username) throw notTyped
    const query = { texts: fields['texts'] === 'erase' ? 'erase' : 'keep' } as const
    await client.http.DELETE('/v1/users/me', { params: { query } })
    drafts.clear()
    unsent.clear()
    await session.signOut()
  }
  return (
    <Dialog title="Delete your account?" onClose={onClose}>
      <Form onSubmit={end}>
        <p>This cannot be undone. Take a copy of your data first, if you may want it.</p>
        <Choices
          legend="What becomes of your messages?"
          name="texts"
          value="keep"
          options={texts}
        />
        <Field
          label={`Type ${user.username} to go on`}
          name="username"
          autocomplete="off"
          autocapitalize="none"
          required
        />
        <footer class="actions">
          <Button onClick={onClose}>Cancel</Button>
          <Submit look="danger">Delete my account</Submit>
        </footer>
      </Form>
    </Dialog>
  )
}

const notTyped = new ParleyError('invalid_request', 'unable to delete; the username is not typed', {
  errors: [{ pointer: '/username', detail: 'This is not your username.' }],
})
