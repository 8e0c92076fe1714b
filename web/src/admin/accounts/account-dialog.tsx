import type { AccountChange, AdminUser } from '@parley/client'
import { useState } from 'preact/hooks'
import { exactTime } from '../../rooms/time.ts'
import { useParley } from '../../state/parley.ts'
import { TokenList } from '../../tokens/token-list.tsx'
import { botTokens } from '../../tokens/token-source.ts'
import { Avatar } from '../../ui/avatar.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { AccountActions } from './account-actions.tsx'
import { AccountBadges } from './account-badges.tsx'
import { waysIn } from './ways-in.ts'

interface AccountDialogProps {
  user: AdminUser
  /** As it is now; without an account: deleted. */
  onChange: (changed?: AdminUser) => void
  onClose: () => void
}

/** One account: what is known of it, and what an administrator may do. */
export function AccountDialog({ user, onChange, onClose }: AccountDialogProps) {
  const { client } = useParley()
  const [tokens] = useState(() => botTokens(client, user.id))
  const change = async (body: AccountChange): Promise<void> => {
    const params = { path: { userId: user.id } }
    const { data } = await client.http.PATCH('/v1/admin/users/{userId}', { params, body })
    onChange(data)
  }
  return (
    <Dialog title="Account" onClose={onClose} class="account">
      <div class="form">
        <div class="who">
          <Avatar user={user} size="large" />
          <div>
            <h3 dir="auto">{user.displayName}</h3>
            <p class="hint">@{user.username}</p>
            <AccountBadges user={user} />
          </div>
        </div>
        {user.status === 'suspended' && <Suspension user={user} />}
        <Facts user={user} />
        {user.bot && <TokenList source={tokens} about="What this bot’s program signs in with." />}
        <AccountActions
          user={user}
          onChange={change}
          onChanged={onChange}
          onGone={() => onChange()}
          onClose={onClose}
        />
      </div>
    </Dialog>
  )
}

function Suspension({ user: { statusReason, suspendedUntil } }: { user: AdminUser }) {
  return (
    <div class="note" data-tone="warning">
      <p>
        Suspended{' '}
        {suspendedUntil ? `until ${exactTime(new Date(suspendedUntil))}` : 'until restored'}
        {statusReason ? `: ${statusReason}` : '.'}
      </p>
    </div>
  )
}

function Facts({ user }: { user: AdminUser }) {
  return (
    <dl class="definitions">
      {user.email && (
        <>
          <dt>E-mail</dt>
          <dd>
            {user.email} <small>{user.emailVerified ? 'confirmed' : 'not confirmed'}</small>
          </dd>
        </>
      )}
      {user.bio && (
        <>
          <dt>About</dt>
          <dd dir="auto">{user.bio}</dd>
        </>
      )}
      {!user.bot && (
        <>
          <dt>Signs in with</dt>
          <dd>{waysIn(user)}</dd>
        </>
      )}
      <dt>Here since</dt>
      <dd>{exactTime(new Date(user.createdAt))}</dd>
      <dt>Id</dt>
      <dd>
        <code>{user.id}</code>
      </dd>
    </dl>
  )
}
