import type { Block, OwnUser, ProfileChange } from '@parley/client'
import { useEffect, useState } from 'preact/hooks'
import { Person } from '../people/person-row.tsx'
import { Unblock } from '../people/blocking.tsx'
import { exactTime } from '../rooms/time.ts'
import { usePages } from '../state/pages.ts'
import { useParley } from '../state/parley.ts'
import { Choices } from '../ui/fields.tsx'
import { PageList, SkeletonRows } from '../ui/page-list.tsx'
import { Panel } from '../ui/panel.tsx'

const reachable = [
  { value: 'everyone', label: 'Everybody' },
  { value: 'sharedRooms', label: 'Whoever is in a room with you' },
  { value: 'nobody', label: 'Nobody', about: 'Rooms you are in stay as they are.' },
] as const

const lastSeen = [
  { value: 'everyone', label: 'Everybody' },
  { value: 'contacts', label: 'Whom you talk to alone' },
  { value: 'nobody', label: 'Nobody' },
] as const

/** Who may reach one, who sees when one was here, and whom one blocks. */
export function PrivacySettings() {
  const { me } = useParley()
  if (!me.value) return <SkeletonRows />
  return (
    <>
      <Reach user={me.value} />
      <Blocks />
    </>
  )
}

function Reach({ user }: { user: OwnUser }) {
  const { client, toasts } = useParley()
  const [round, drawAnew] = useState(0)
  const set = (body: ProfileChange): void => {
    client.http
      .PATCH('/v1/users/me', { body })
      .then(() => toasts.done('Saved.'))
      .catch((error: unknown) => {
        // What could not be saved must not look as if it were.
        drawAnew(round + 1)
        toasts.failed(error)
      })
  }
  return (
    <Panel title="Who may what" about="A choice is saved at once.">
      <Choices
        key={`reach ${user.reachableBy} ${round}`}
        legend="Who may write to you, or add you to a room?"
        name="reachableBy"
        value={user.reachableBy}
        options={reachable}
        onChange={(reachableBy) => set({ reachableBy })}
      />
      <Choices
        key={`seen ${user.lastSeenTo} ${round}`}
        legend="Who sees when you were last here?"
        name="lastSeenTo"
        value={user.lastSeenTo}
        options={lastSeen}
        onChange={(lastSeenTo) => set({ lastSeenTo })}
      />
    </Panel>
  )
}

function Blocks() {
  const { client, blocks } = useParley()
  const list = usePages<Block>(async (cursor) => {
    const params = { query: { cursor } }
    const { data } = await client.http.GET('/v1/users/me/blocks', { params })
    return data
  })
  // Blocked or unblocked here or on another device.
  useEffect(() => {
    if (list.items) list.reload()
  }, [blocks.value])
  return (
    <Panel
      title="Blocked people"
      about="Neither of you can write to the other alone. What they say in rooms is folded away."
    >
      <PageList
        pages={list}
        label="Blocked people"
        empty={<p class="hint">You block nobody.</p>}
        row={({ user, createdAt }) => (
          <li key={user.id}>
            <Person user={user} about={`Since ${exactTime(new Date(createdAt))}`} />
            <Unblock user={user} />
          </li>
        )}
      />
    </Panel>
  )
}
