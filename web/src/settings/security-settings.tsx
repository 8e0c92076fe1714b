import { takesPasswords } from '../state/page-settings.ts'
import { useParley } from '../state/parley.ts'
import { ActionButton } from '../ui/action-button.tsx'
import { Field, Form, Submit } from '../ui/form.tsx'
import { Panel } from '../ui/panel.tsx'
import { pointAt } from '../ui/point-at.ts'
import { IdentitiesPanel } from './identities-panel.tsx'
import { PasskeysPanel } from './passkeys/passkeys-panel.tsx'
import { TwoFactorPanel } from './two-factor/two-factor-panel.tsx'

/** All ways to sign in. */
export function SecuritySettings() {
  return (
    <>
      {takesPasswords() && <Password />}
      <TwoFactorPanel />
      <PasskeysPanel />
      <IdentitiesPanel />
    </>
  )
}

function Password() {
  const { client, toasts, me } = useParley()
  const change = async (fields: Record<string, string>): Promise<void> => {
    const { currentPassword = '', newPassword = '' } = fields
    await client.http.POST('/v1/auth/password', { body: { currentPassword, newPassword } }).catch(
      pointAt({
        invalid_credentials: 'currentPassword',
        weak_password: 'newPassword',
        password_too_long: 'newPassword',
      }),
    )
    toasts.done('Your password is changed. All your other sessions have ended.')
  }
  const email = me.value?.email
  const sendLink = async (): Promise<void> => {
    if (!email) return
    await client.publicHttp.POST('/v1/auth/password-reset', { body: { email } })
    toasts.done(`A link to choose one is on its way to ${email}.`)
  }
  if (me.value?.hasPassword === false) return <NoPassword onAction={sendLink} email={email} />
  return (
    <Panel title="Password" about="A change ends all your other sessions.">
      <Form onSubmit={change}>
        {/* For password managers: whose password it is. */}
        <input
          class="hidden-visually"
          name="username"
          autocomplete="username"
          tabIndex={-1}
          aria-hidden="true"
          readOnly
          value={me.value?.username ?? ''}
        />
        <div class="side-by-side">
          <Field
            label="Present password"
            name="currentPassword"
            type="password"
            autocomplete="current-password"
            required
          />
          <Field
            label="New password"
            name="newPassword"
            type="password"
            hint="At least 8 characters; a few words are good."
            autocomplete="new-password"
            minLength={8}
            required
          />
        </div>
        <div class="actions">
          <Submit>Change the password</Submit>
          {email && (
            <ActionButton look="quiet" onAction={sendLink}>
              I do not know it
            </ActionButton>
          )}
        </div>
      </Form>
    </Panel>
  )
}

/** For who came by a provider: there is nothing to ask her for but what she reads in her mail. */
function NoPassword({ email, onAction }: { email?: string | null; onAction: () => Promise<void> }) {
  return (
    <Panel title="Password" about="You have none: you sign in another way.">
      {email ? (
        <div class="actions">
          <ActionButton look="quiet" onAction={onAction}>
            Set a password by mail
          </ActionButton>
        </div>
      ) : (
        <p>To set one, add an e-mail address under Account first.</p>
      )}
    </Panel>
  )
}
