import { statusOf } from '../people/profile-facts.ts'
import { RoomList } from '../rooms/room-list.tsx'
import { useOnline } from '../state/presence.ts'
import { useParley } from '../state/parley.ts'
import { Avatar } from '../ui/avatar.tsx'
import { IconButton } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import type { IconName } from '../ui/icon.tsx'
import { NavLink } from '../ui/nav-link.tsx'

/** The rooms, the ways to find more, and the person herself. */
export function Sidebar() {
  const { overlay } = useParley()
  return (
    <aside class="sidebar" aria-label="Overview">
      <header>
        <a class="brand" href="/">
          <img src="/icon.svg" alt="" width="24" height="24" /> Parley
        </a>
        <span class="buttons">
          <IconButton
            icon="search"
            label="Go to a room, person or page"
            onClick={() => (overlay.value = 'switcher')}
          />
          <IconButton
            icon="plus"
            label="New conversation"
            onClick={() => (overlay.value = 'create')}
          />
        </span>
      </header>
      <nav aria-label="Places">
        <Place path="/people" icon="people" label="People" />
        <Place path="/channels" icon="hash" label="Channels" />
      </nav>
      <RoomList />
      <Me />
    </aside>
  )
}

function Place({ path, icon, label }: { path: string; icon: IconName; label: string }) {
  const { router } = useParley()
  return (
    <NavLink
      path={path}
      icon={icon}
      label={label}
      isCurrent={`/${router.route.value.name}` === path}
    />
  )
}

function Me() {
  const { me, session, drafts, unsent, toasts } = useParley()
  const user = me.value
  const online = useOnline(user?.id)
  if (!user) return <footer class="me" />
  const signOut = async (): Promise<void> => {
    await session.signOut()
    drafts.clear()
    unsent.clear()
  }
  return (
    <footer class="me">
      <a href="/settings" title="Settings">
        <Avatar user={user} online={online} />
        <span class="names">
          <strong>{user.displayName}</strong>
          <small>{statusOf(user) || `@${user.username}`}</small>
        </span>
      </a>
      {user.role === 'admin' && (
        <a
          class="button quiet icon-button"
          href="/admin"
          aria-label="Administration"
          title="Administration"
        >
          <Icon name="shield" />
        </a>
      )}
      <IconButton
        icon="signOut"
        label="Sign out"
        onClick={() => void signOut().catch(toasts.failed)}
      />
    </footer>
  )
}
