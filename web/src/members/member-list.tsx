import type { ChatRoom, Member } from '@parley/client'
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { ProfileDialog } from '../people/profile-card.tsx'
import { useFollow } from '../state/follow.ts'
import { useLoaded } from '../state/loaded.ts'
import { Button } from '../ui/button.tsx'
import { Failure, SkeletonRows } from '../ui/page-list.tsx'
import { SearchBox, moveThroughRows } from '../ui/search-box.tsx'
import { MemberRow } from './member-row.tsx'
import { inOrder } from './member-order.ts'

/** From so many on one can search among them. */
const many = 12
const shownAtOnce = 100

interface MemberListProps {
  room: ChatRoom
  /** Beside the heading. */
  children: ComponentChildren
}

/** Who is in the room: owners and admins first, then by name. Live. */
export function MemberList({ room, children }: MemberListProps) {
  const { error, busy, reload } = useLoaded(() => room.loadMembers(), [room])
  const members = useFollow(room, () => room.members)
  const [text, setText] = useState('')
  const [count, setCount] = useState(shownAtOnce)
  const [openId, open] = useState<string>()
  const found = inOrder(members, text)
  const shown = found.slice(0, count)
  return (
    <div class="members" onKeyDown={moveThroughRows}>
      <header>
        <h3 tabIndex={-1}>
          {members.length > 0 ? `Members (${members.length.toLocaleString()})` : 'Members'}
        </h3>
        {children}
      </header>
      {members.length >= many && (
        <SearchBox label="Search members" value={text} onInput={setText} />
      )}
      {error && <Failure error={error} onRetry={reload} />}
      {members.length === 0 && busy && <SkeletonRows />}
      <ul class="rows" aria-label="Members">
        {shown.map((member: Member) => (
          <MemberRow key={member.user.id} room={room} member={member} onOpen={open} />
        ))}
      </ul>
      {members.length > 0 && found.length === 0 && <p class="hint">Nobody by that name in here.</p>}
      {found.length > count && (
        <div class="more">
          <Button onClick={() => setCount(count + shownAtOnce)}>Show more</Button>
        </div>
      )}
      {openId && <ProfileDialog userId={openId} onClose={() => open(undefined)} />}
    </div>
  )
}
