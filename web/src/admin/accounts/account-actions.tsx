import type { AccountChange, AdminUser } from '@parley/client'
import { useState } from 'preact/hooks'
import { useParley } from '../../state/parley.ts'
import { ActionButton } from '../../ui/action-button.tsx'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { DeleteDialog } from './delete-dialog.tsx'
import { SuspendDialog } from './suspend-dialog.tsx'

interface AccountActionsProps {
  user: AdminUser
  onChange: (change: AccountChange) => Promise<void>
  onGone: () => void
  onClose: () => void
}

type Asked = 'role' | 'suspend' | 'sessions' | 'twoFactor' | 'avatar' | 'delete'

/** What an administrator may do about an account; to her own only what cannot lock her out. */
export function AccountActions({ user, onChange, onGone, onClose }: AccountActionsProps) {
  const { me, toasts } = useParley()
  const [asks, ask] = useState<Asked>()
  const close = (): void => ask(undefined)
  const isMe = user.id === me.value?.id
  const restore = async (): Promise<void> => {
    await onChange({ status: 'active' })
    toasts.done(`${user.displayName} can sign in again.`)
  }
  const gone = (): void => {
    onGone()
    onClose()
  }
  return (
    <div class="account-actions">
      {!isMe &&
        (user.status === 'suspended' ? (
          <ActionButton onAction={restore}>Restore</ActionButton>
        ) : (
          <Button onClick={() => ask('suspend')}>Suspend …</Button>
        ))}
      {!isMe && !user.bot && (
        <Button onClick={() => ask('role')}>
          {user.role === 'admin' ? 'Make ordinary …' : 'Make administrator …'}
        </Button>
      )}
      {!user.bot && <Button onClick={() => ask('sessions')}>End sessions …</Button>}
      {!user.bot && <Button onClick={() => ask('twoFactor')}>Reset two-factor …</Button>}
      <Button onClick={() => ask('avatar')}>Remove picture …</Button>
      {!isMe && (
        <Button class="dangerous" onClick={() => ask('delete')}>
          Delete …
        </Button>
      )}
      {isMe && <p class="hint">Suspend, demote or delete you: only another administrator can.</p>}
      {asks && (
        <Question asks={asks} user={user} onChange={onChange} onClose={close} onGone={gone} />
      )}
    </div>
  )
}

interface QuestionProps extends AccountActionsProps {
  asks: Asked
}

function Question({ asks, onGone, ...rest }: QuestionProps) {
  if (asks === 'suspend') return <SuspendDialog {...rest} />
  if (asks === 'delete') return <DeleteDialog {...rest} onGone={onGone} />
  return <Plain {...rest} asks={asks} />
}

interface PlainProps {
  asks: Exclude<Asked, 'suspend' | 'delete'>
  user: AdminUser
  onChange: (change: AccountChange) => Promise<void>
  onClose: () => void
}

/** The questions that are answered by yes or no. */
function Plain({ asks, user, onChange, onClose }: PlainProps) {
  const { client, toasts } = useParley()
  const params = { path: { userId: user.id } }
  const name = user.displayName
  const raise = user.role !== 'admin'
  const questions = {
    role: {
      title: raise ? `Make ${name} an administrator?` : `Take ${name}’s administration away?`,
      action: raise ? 'Make administrator' : 'Make ordinary',
      about: raise
        ? 'Administrators manage every account, yours too.'
        : `${name} stays here as an ordinary person.`,
      work: () => onChange({ role: raise ? 'admin' : 'user' }),
    },
    sessions: {
      title: `End all sessions of ${name}?`,
      action: 'End them',
      about: `${name} has to sign in again everywhere.`,
      work: () => client.http.DELETE('/v1/admin/users/{userId}/sessions', { params }),
    },
    twoFactor: {
      title: `Reset two-factor of ${name}?`,
      action: 'Reset',
      about: `The password alone is enough then. Be sure that it is ${name} who asks for it.`,
      work: () => client.http.DELETE('/v1/admin/users/{userId}/two-factor', { params }),
    },
    avatar: {
      title: `Remove the picture of ${name}?`,
      action: 'Remove',
      about: 'It is drawn from the name then.',
      work: () => client.http.DELETE('/v1/admin/users/{userId}/avatar', { params }),
    },
  }
  const { title, action, about, work } = questions[asks]
  return (
    <Confirm
      title={title}
      action={action}
      danger={asks !== 'role'}
      onConfirm={() => work().then(() => toasts.done('Done.'))}
      onClose={onClose}
    >
      {about}
    </Confirm>
  )
}
