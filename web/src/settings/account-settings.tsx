import type { OwnUser } from '@parley/client'
import { useParley } from '../state/parley.ts'
import { ActionButton } from '../ui/action-button.tsx'
import { Field, Form, Submit } from '../ui/form.tsx'
import { SkeletonRows } from '../ui/page-list.tsx'
import { Panel } from '../ui/panel.tsx'
import { pointAt } from '../ui/point-at.ts'
import { DataExportPanel } from './data-export-panel.tsx'
import { DeleteAccountPanel } from './delete-account-panel.tsx'
import { FreshProof, proofIn } from './fresh-proof.tsx'

/** The account itself: its address, a copy of all its data, its end. */
export function AccountSettings() {
  const { me } = useParley()
  if (!me.value) return <SkeletonRows />
  return (
    <>
      <Email user={me.value} />
      <DataExportPanel />
      <DeleteAccountPanel user={me.value} />
    </>
  )
}

function Email({ user }: { user: OwnUser }) {
  const { client, toasts } = useParley()
  const change = async (fields: Record<string, string>): Promise<void> => {
    const { email = '' } = fields
    const body = { email: email.trim(), ...proofIn(fields) }
    await client.http.POST('/v1/auth/email', { body }).catch(
      pointAt({
        invalid_credentials: 'currentPassword',
        two_factor_required: 'code',
        invalid_code: 'code',
        email_not_allowed: 'email',
      }),
    )
    toasts.done(`A link is on its way to ${email.trim()}. The address is yours once you open it.`)
  }
  const verify = async (): Promise<void> => {
    await client.http.POST('/v1/auth/email-verification')
    toasts.done('A link is on its way.')
  }
  return (
    <Panel
      title="E-mail"
      about="For what you must know about your account, a forgotten password for example. Nobody else sees it."
    >
      <p class="own-email">
        <strong>{user.email ?? 'No address'}</strong>{' '}
        {user.email && (
          <span class="badge" data-tone={user.emailVerified ? 'good' : 'warning'}>
            {user.emailVerified ? 'Confirmed' : 'Not confirmed'}
          </span>
        )}
        {user.email && !user.emailVerified && (
          <ActionButton look="quiet" onAction={verify}>
            Send the link again
          </ActionButton>
        )}
      </p>
      <Form key={user.email} onSubmit={change}>
        <div class="side-by-side">
          <Field
            label="New address"
            name="email"
            type="email"
            autocomplete="email"
            maxLength={254}
            required
          />
          <FreshProof />
        </div>
        <div class="actions">
          <Submit>Change the address</Submit>
        </div>
      </Form>
    </Panel>
  )
}
