import type { Invitation } from '@parley/client'
import { useState } from 'preact/hooks'
import { fromNow } from '../../people/profile-facts.ts'
import { usePages } from '../../state/pages.ts'
import { useParley } from '../../state/parley.ts'
import { ActionButton } from '../../ui/action-button.tsx'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Icon } from '../../ui/icon.tsx'
import { PageList } from '../../ui/page-list.tsx'
import { Panel } from '../../ui/panel.tsx'
import { NewInvitationDialog } from './new-invitation-dialog.tsx'

/** Who may come: links that let people register. */
export function InvitationsSection() {
  const { client } = useParley()
  const [adds, add] = useState(false)
  const invitations = usePages<Invitation>(async (cursor) => {
    const params = { query: { cursor } }
    const { data } = await client.http.GET('/v1/admin/invitations', { params })
    return data
  })
  const revoke = async (invitationId: string): Promise<void> => {
    const path = '/v1/admin/invitations/{invitationId}'
    await client.http.DELETE(path, { params: { path: { invitationId } } })
    const revokedAt = new Date().toISOString()
    invitations.change((items) =>
      items.map((item) => (item.id === invitationId ? { ...item, revokedAt } : item)),
    )
  }
  return (
    <Panel
      title="Invitations"
      about="Where registration is by invitation only, people need one of these."
      actions={
        <Button look="primary" onClick={() => add(true)}>
          Invite
        </Button>
      }
    >
      <PageList
        pages={invitations}
        label="Invitations"
        empty={
          <EmptyState icon="send" title="Nobody is invited yet">
            <p>Make a link, and give it to whom you want here.</p>
          </EmptyState>
        }
        row={(invitation) => (
          <InvitationRow
            key={invitation.id}
            invitation={invitation}
            onRevoke={() => revoke(invitation.id)}
          />
        )}
      />
      {adds && (
        <NewInvitationDialog
          onMade={(invitation) => invitations.change((items) => [invitation, ...items])}
          onClose={() => add(false)}
        />
      )}
    </Panel>
  )
}

interface InvitationRowProps {
  invitation: Invitation
  onRevoke: () => Promise<void>
}

function InvitationRow({ invitation, onRevoke }: InvitationRowProps) {
  const { note, createdBy, createdAt, expiresAt, maxUses, uses } = invitation
  const state = stateOf(invitation)
  return (
    <li>
      <Icon name="send" />
      <span class="facts">
        <span class="one-line">
          <strong dir="auto">{note || 'Invitation'}</strong>{' '}
          <span class="badge" data-tone={state === 'Open' ? 'good' : undefined}>
            {state}
          </span>
        </span>
        <small>
          {uses} of {maxUses} came · by {createdBy?.displayName ?? 'the command line'}{' '}
          {fromNow(new Date(createdAt))}
          {state === 'Open' && ` · runs out ${fromNow(new Date(expiresAt))}`}
        </small>
      </span>
      {state === 'Open' && <ActionButton onAction={onRevoke}>Revoke</ActionButton>}
    </li>
  )
}

function stateOf({ revokedAt, uses, maxUses, expiresAt }: Invitation): string {
  if (revokedAt !== null) return 'Revoked'
  if (uses >= maxUses) return 'Used up'
  return new Date(expiresAt) <= new Date() ? 'Over' : 'Open'
}
