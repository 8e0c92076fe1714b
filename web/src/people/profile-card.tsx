import './people.css'
import type { UserProfile } from '@parley/client'
import { useEffect, useRef, useState } from 'preact/hooks'
import { useLoaded } from '../state/loaded.ts'
import { useOnline } from '../state/presence.ts'
import { useParley } from '../state/parley.ts'
import { ActionButton } from '../ui/action-button.tsx'
import { Avatar } from '../ui/avatar.tsx'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Icon } from '../ui/icon.tsx'
import { Failure, SkeletonRows } from '../ui/page-list.tsx'
import { BlockQuestion, Unblock } from './blocking.tsx'
import { useDirectRoom } from './people-search.ts'
import { ProfileFacts } from './profile-definitions.tsx'
import { statusOf } from './profile-facts.ts'

interface ProfileDialogProps {
  userId: string
  onClose: () => void
}

/** Who somebody is, and what one can do: write to her, block her. */
export function ProfileDialog({ userId, onClose }: ProfileDialogProps) {
  return (
    <Dialog title="Profile" onClose={onClose}>
      <ProfileCard userId={userId} onLeave={onClose} />
    </Dialog>
  )
}

interface ProfileCardProps {
  userId: string
  /** One goes elsewhere from here; without it the card stands beside her conversation. */
  onLeave?: () => void
}

export function ProfileCard({ userId, onLeave }: ProfileCardProps) {
  const { client, me } = useParley()
  const profile = useLoaded(async () => {
    const params = { path: { userId } }
    const { data } = await client.http.GET('/v1/users/{userId}', { params })
    return data
  }, [userId])
  const { value: user, error, reload } = profile
  if (!user) {
    return (
      <div class="profile-card">
        {error ? <Failure error={error} onRetry={reload} /> : <SkeletonRows count={2} />}
      </div>
    )
  }
  return (
    <div class="profile-card">
      <Who user={user} />
      <ProfileFacts user={user} />
      {user.id === me.value?.id ? (
        <div class="actions">
          <a class="button" href="/settings/profile" onClick={onLeave}>
            <Icon name="edit" /> Edit your profile
          </a>
        </div>
      ) : (
        <Actions user={user} onLeave={onLeave} />
      )}
    </div>
  )
}

function Who({ user }: { user: UserProfile }) {
  const online = useOnline(user.id)
  const status = statusOf(user)
  return (
    <>
      <div class="who">
        <Avatar user={user} size="large" online={online} />
        <div>
          <h3 dir="auto">{user.displayName}</h3>
          <p class="hint">@{user.username}</p>
          <p class="badges">
            {online && (
              <span class="badge" data-tone="good">
                Online
              </span>
            )}
            {user.role === 'admin' && <span class="badge">Administrator</span>}
            {user.bot && <span class="badge">Bot</span>}
          </p>
        </div>
      </div>
      {status && (
        <p class="status" dir="auto">
          {status}
        </p>
      )}
      {user.bio && (
        <p class="bio" dir="auto">
          {user.bio}
        </p>
      )}
    </>
  )
}

function Actions({ user, onLeave }: { user: UserProfile; onLeave?: () => void }) {
  const { blocks } = useParley()
  const write = useDirectRoom()
  const [asks, ask] = useState(false)
  const isBlocked = blocks.value.has(user.id)
  const question = asks && !isBlocked
  const ref = useRef<HTMLDivElement>(null)
  const isNew = useRef(true)
  useEffect(() => {
    // The button that had the focus is gone: the first one in its place gets it.
    const lost = !isNew.current && document.activeElement === document.body
    if (lost) ref.current?.querySelector('button')?.focus({ preventScroll: true })
    isNew.current = false
  }, [question, isBlocked])
  if (question) return <BlockQuestion user={user} onAnswer={() => ask(false)} />
  return (
    <div class="actions" ref={ref}>
      {isBlocked ? (
        <Unblock user={user} />
      ) : (
        <Button look="quiet" onClick={() => ask(true)}>
          <Icon name="block" /> Block
        </Button>
      )}
      {!isBlocked && onLeave && (
        <ActionButton look="primary" onAction={() => write(user.id).then(onLeave)}>
          <Icon name="send" /> Write
        </ActionButton>
      )}
    </div>
  )
}
