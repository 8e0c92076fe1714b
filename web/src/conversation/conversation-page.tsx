import './conversation.css'
import './message.css'
import './composer.css'
import type { ChatRoom } from '@parley/client'
import { useEffect, useMemo, useState } from 'preact/hooks'
import { useParley } from '../state/parley.ts'
import { sentence } from '../state/toasts.ts'
import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { lazy } from '../ui/lazy.tsx'
import { AfterAMoment, Spinner } from '../ui/waiting.tsx'
import { Composer } from './composer.tsx'
import { ConversationHeader } from './conversation-header.tsx'
import { ConversationContext, ConversationView, useConversation } from './conversation-view.ts'
import { DeleteMessage } from './delete-message.tsx'
import { JumpButtons } from './jump-buttons.tsx'
import { LiveSummary } from './live-summary.tsx'
import { MessageList } from './message-list.tsx'
import { TypingLine } from './typing-line.tsx'

const MembersPanel = lazy(() => import('../members/members-panel.tsx').then((m) => m.MembersPanel))
const ProfileDialog = lazy(() => import('../people/profile-card.tsx').then((m) => m.ProfileDialog))

/** One room: who is there, what was said, and what one wants to say. */
export function ConversationPage({ roomId, seq }: { roomId: string; seq?: number }) {
  const { rooms, me } = useParley()
  const room = rooms.value.find(({ id }) => id === roomId)
  if (room) return <Conversation room={room} seq={seq} />
  if (!me.value) return <Spinner label="Opening the room" />
  return (
    <EmptyState isPage icon="lock" title="This room is not open to you">
      <p>
        It does not exist, or you are not a member of it. <a href="/channels">Look for channels</a>
      </p>
    </EmptyState>
  )
}

function Conversation({ room, seq }: { room: ChatRoom; seq?: number }) {
  const parley = useParley()
  const view = useMemo(() => new ConversationView(parley, room), [room])
  useEffect(() => () => view.close(), [view])
  useEffect(() => void view.open(seq), [view, seq])
  useEffect(() => {
    // Who has read how far, in rooms where the server tells.
    if (room.info.kind !== 'channel') room.loadMembers().catch(parley.toasts.failed)
  }, [room])
  const [isSideOpen, setSideOpen] = useState(false)
  return (
    <ConversationContext.Provider value={view}>
      <div class="conversation-page">
        <section class="conversation" aria-label="Conversation">
          <ConversationHeader
            room={room}
            isSideOpen={isSideOpen}
            onToggleSide={() => setSideOpen(!isSideOpen)}
          />
          <div class="stage">
            <Stage view={view} seq={seq} />
          </div>
          <TypingLine />
          <Composer />
          <LiveSummary />
          <DeleteMessage />
          <Profile />
        </section>
        {isSideOpen && (
          <aside class="conversation-side">
            <MembersPanel room={room} onClose={() => setSideOpen(false)} />
          </aside>
        )}
      </div>
    </ConversationContext.Provider>
  )
}

/** Of whose name or picture was clicked. */
function Profile() {
  const view = useConversation()
  const userId = view.profileOf.value
  if (userId === undefined) return null
  return <ProfileDialog userId={userId} onClose={() => (view.profileOf.value = undefined)} />
}

function Stage({ view, seq }: { view: ConversationView; seq?: number }) {
  const state = view.state.value
  if (state.name === 'failed') {
    return (
      <EmptyState icon="retry" title="The messages could not be loaded">
        <p>{sentence(state.error)}</p>
        <Button onClick={() => void view.open(seq)}>Try again</Button>
      </EmptyState>
    )
  }
  if (state.name === 'opening') return <Skeleton />
  return (
    <>
      <MessageList />
      <JumpButtons />
    </>
  )
}

function Skeleton() {
  return (
    <div class="message-skeleton" aria-busy="true">
      <AfterAMoment>
        {Array.from({ length: 7 }, (_, index) => (
          <div key={index} class="skeleton" />
        ))}
      </AfterAMoment>
    </div>
  )
}
