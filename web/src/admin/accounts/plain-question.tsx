import type { AccountChange, AdminUser } from '@parley/client'
import { useParley } from '../../state/parley.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { withoutPasskeys, withoutTwoFactor } from './ways-in.ts'

export type PlainAsked = 'role' | 'sessions' | 'twoFactor' | 'passkeys' | 'avatar'

interface PlainQuestionProps {
  asks: PlainAsked
  user: AdminUser
  onChange: (change: AccountChange) => Promise<void>
  onChanged: (user: AdminUser) => void
  onClose: () => void
}

/** What is answered by yes or no. */
export function PlainQuestion({ asks, user, onChange, onChanged, onClose }: PlainQuestionProps) {
  const { client, toasts } = useParley()
  const params = { path: { userId: user.id } }
  const name = user.displayName
  const raise = user.role !== 'admin'
  const resetTwoFactor = async (): Promise<void> => {
    await client.http.DELETE('/v1/admin/users/{userId}/two-factor', { params })
    onChanged({ ...user, hasTwoFactor: false })
  }
  const removePasskeys = async (): Promise<void> => {
    await client.http.DELETE('/v1/admin/users/{userId}/passkeys', { params })
    onChanged({ ...user, passkeys: 0 })
  }
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
      about: withoutTwoFactor(user),
      work: resetTwoFactor,
    },
    passkeys: {
      title: `Remove all passkeys of ${name}?`,
      action: 'Remove',
      about: withoutPasskeys(user),
      work: removePasskeys,
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
