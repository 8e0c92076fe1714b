import type { UserSummary } from '@parley/client'
import type { ComponentChildren } from 'preact'
import { useOnline } from '../state/presence.ts'
import { Avatar } from '../ui/avatar.tsx'

interface PersonProps {
  user: UserSummary
  /** Beside her name. */
  badge?: ComponentChildren
  /** Below her name; her username where nothing is said. */
  about?: string
}

/** A person in a list: picture, name, and a line about her. */
export function Person({ user, badge, about }: PersonProps) {
  const online = useOnline(user.id)
  return (
    <>
      <Avatar user={user} online={online} />
      <span class="facts">
        <span class="one-line">
          <strong dir="auto">{user.displayName}</strong> {badge}
          {online && <span class="hidden-visually">online</span>}
        </span>
        <small class="one-line" dir="auto">
          {about || `@${user.username}`}
        </small>
      </span>
    </>
  )
}
