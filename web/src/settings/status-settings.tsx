import type { OwnUser } from '@parley/client'
import { statusOf } from '../people/profile-facts.ts'
import { exactTime } from '../rooms/time.ts'
import { useParley } from '../state/parley.ts'
import { ActionButton } from '../ui/action-button.tsx'
import { Select } from '../ui/fields.tsx'
import { Field, Form, Submit } from '../ui/form.tsx'
import { Panel } from '../ui/panel.tsx'
import { statusEnd, statusEnds } from './status-end.ts'

/** One line about what one is up to, that may end by itself. */
export function StatusSettings({ user }: { user: OwnUser }) {
  const { client, toasts } = useParley()
  const status = statusOf(user)
  const save = async ({ statusText = '', ends = '' }: Record<string, string>): Promise<void> => {
    const body = { statusText: statusText.trim(), statusTextUntil: statusEnd(ends) }
    await client.http.PATCH('/v1/users/me', { body })
    toasts.done(body.statusText ? 'Your status is set.' : 'Your status is gone.')
  }
  return (
    <Panel title="Status" about="Shown beside your name.">
      {/* Anew with each status: what is in the fields begins with it. */}
      <Form key={status} onSubmit={save}>
        <div class="side-by-side">
          <Field label="What are you up to?" name="statusText" value={status} maxLength={140} />
          <Select
            label="How long?"
            name="ends"
            options={statusEnds}
            hint={
              status && user.statusTextUntil
                ? `Now until ${exactTime(new Date(user.statusTextUntil))}.`
                : undefined
            }
          />
        </div>
        <div class="actions">
          <Submit look="primary">Set the status</Submit>
          {status && (
            <ActionButton look="quiet" onAction={() => save({})}>
              Clear it
            </ActionButton>
          )}
        </div>
      </Form>
    </Panel>
  )
}
