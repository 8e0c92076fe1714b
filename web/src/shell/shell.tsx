import './shell.css'
import { useEffect } from 'preact/hooks'
import { ConversationPage } from '../conversation/conversation-page.tsx'
import { QuickSwitcher } from '../quick-switcher/quick-switcher.tsx'
import type { Route } from '../router/routes.ts'
import { roomName } from '../rooms/room-name.ts'
import { useParley } from '../state/parley.ts'
import { ErrorBoundary } from '../ui/error-boundary.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { lazyPages } from './lazy-pages.tsx'
import { ConnectionBar } from './connection-bar.tsx'
import { Sidebar } from './sidebar.tsx'

/** The frame around every page of somebody signed in: her rooms, and what is open beside them. On
 *  a phone it is one or the other. */
export function Shell() {
  const { router, rooms, unread } = useParley()
  const route = router.route.value
  const open = route.name === 'room' ? rooms.value.find(({ id }) => id === route.roomId) : undefined
  const title = open ? `${roomName(open.info)} · Parley` : 'Parley'
  useEffect(() => {
    document.title = unread.value > 0 ? `(${unread.value}) ${title}` : title
  }, [unread.value, title])
  return (
    <div class="shell" data-page={route.name}>
      <ConnectionBar />
      <Sidebar />
      <main class="page">
        <ErrorBoundary key={route.name}>
          <Page route={route} />
        </ErrorBoundary>
      </main>
      <QuickSwitcher />
    </div>
  )
}

function Page({ route }: { route: Route }) {
  const { People, Channels, Settings, Admin } = lazyPages
  switch (route.name) {
    case 'room':
      return <ConversationPage key={route.roomId} roomId={route.roomId} seq={route.seq} />
    case 'people':
      return <People />
    case 'channels':
      return <Channels />
    case 'settings':
      return <Settings section={route.section} />
    case 'admin':
      return <Admin section={route.section} />
    case 'notFound':
      return (
        <EmptyState isPage icon="search" title="There is nothing here">
          <p>
            The address leads nowhere. <a href="/">Back to your rooms</a>
          </p>
        </EmptyState>
      )
    case 'home':
    case 'signIn':
    case 'signUp':
    case 'forgotPassword':
    case 'mailLink':
      return (
        <EmptyState isPage icon="smile" title="Pick up a conversation">
          <p>
            Choose a room on the left, <a href="/channels">join a channel</a> or{' '}
            <a href="/people">find somebody to talk to</a>.
          </p>
        </EmptyState>
      )
  }
}
