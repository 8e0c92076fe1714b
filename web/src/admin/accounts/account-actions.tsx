import type { AccountChange, AdminUser } from '@parley/client'
import { useState } from 'preact/hooks'
import { useParley } from '../../state/parley.ts'
import { ActionButton } from '../../ui/action-button.tsx'
import { Button } from '../../ui/button.tsx'
import { DeleteDialog } from './delete-dialog.tsx'
import { PlainQuestion } from './plain-question.tsx'
import type { PlainAsked } from './plain-question.tsx'
import { SuspendDialog } from './suspend-dialog.tsx'

interface AccountActionsProps {
  user: AdminUser
  onChange: (change: AccountChange) => Promise<void>
  /** As it is now, by something else than a change. */
  onChanged: (user: AdminUser) => void
  onGone: () => void
  onClose: () => void
}

type Asked = PlainAsked | 'suspend' | 'delete'

/** What an administrator may do about an account; to her own only what cannot lock her out. */
export function AccountActions({ onGone, onClose, ...rest }: AccountActionsProps) {
  const { user, onChange } = rest
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
      {user.hasTwoFactor && <Button onClick={() => ask('twoFactor')}>Reset two-factor …</Button>}
      {user.passkeys > 0 && <Button onClick={() => ask('passkeys')}>Remove passkeys …</Button>}
      <Button onClick={() => ask('avatar')}>Remove picture …</Button>
      {!isMe && (
        <Button class="dangerous" onClick={() => ask('delete')}>
          Delete …
        </Button>
      )}
      {isMe && <p class="hint">Suspend, demote or delete you: only another administrator can.</p>}
      {asks && <Question {...rest} asks={asks} onClose={close} onGone={gone} />}
    </div>
  )
}

interface QuestionProps extends AccountActionsProps {
  asks: Asked
}

function Question({ asks, onGone, ...rest }: QuestionProps) {
  if (asks === 'suspend') return <SuspendDialog {...rest} />
  if (asks === 'delete') return <DeleteDialog {...rest} onGone={onGone} />
  return <PlainQuestion {...rest} asks={asks} />
}
