import './channels.css'
import type { Channel } from '@parley/client'
import { useState } from 'preact/hooks'
import { roomPath } from '../router/routes.ts'
import { useSettled } from '../state/loaded.ts'
import { usePages } from '../state/pages.ts'
import { useParley } from '../state/parley.ts'
import { ActionButton } from '../ui/action-button.tsx'
import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Icon } from '../ui/icon.tsx'
import { PageList } from '../ui/page-list.tsx'
import { Page } from '../ui/page.tsx'
import { SearchBox, moveThroughRows } from '../ui/search-box.tsx'
import { CreateRoomDialog } from '../create-room/create-room-dialog.tsx'

/** The public channels of the server: find one, look at what it is about, join. */
export function ChannelsPage() {
  const { client } = useParley()
  const [text, setText] = useState('')
  const [creates, create] = useState(false)
  const q = useSettled(text.trim())
  const channels = usePages(
    async (cursor) => {
      const query = { limit: 50, cursor, ...(q && { q }) }
      const { data } = await client.http.GET('/v1/channels', { params: { query } })
      return data
    },
    [q],
  )
  const newChannel = (
    <Button onClick={() => create(true)}>
      <Icon name="plus" /> New channel
    </Button>
  )
  return (
    <Page title="Channels" actions={newChannel}>
      <div class="column" onKeyDown={moveThroughRows}>
        <SearchBox label="Search channels" value={text} onInput={setText} first />
        <PageList
          pages={channels}
          label="Channels"
          empty={<NoChannels searched={q !== ''} />}
          row={(channel) => <ChannelRow key={channel.id} channel={channel} />}
        />
      </div>
      {creates && <CreateRoomDialog kind="channel" onClose={() => create(false)} />}
    </Page>
  )
}

function NoChannels({ searched }: { searched: boolean }) {
  return searched ? (
    <EmptyState icon="search" title="No channel by that name">
      <p>Try a part of its name, or make it yourself.</p>
    </EmptyState>
  ) : (
    <EmptyState icon="hash" title="No channels yet">
      <p>A channel is open to everybody on this server. Make the first one.</p>
    </EmptyState>
  )
}

function ChannelRow({ channel }: { channel: Channel }) {
  const { client, rooms, router } = useParley()
  const joined = rooms.value.some(({ id }) => id === channel.id)
  const { memberCount } = channel
  const facts = (
    <>
      <span class="avatar medium sign" aria-hidden="true">
        <Icon name="hash" />
      </span>
      <span class="facts">
        <span class="one-line">
          <strong dir="auto">{channel.name}</strong>{' '}
          <small>
            {memberCount === 1 ? '1 member' : `${memberCount.toLocaleString()} members`}
          </small>
        </span>
        {channel.topic && (
          <small class="topic" dir="auto">
            {channel.topic}
          </small>
        )}
      </span>
    </>
  )
  const join = async (): Promise<void> => {
    await client.rooms.join(channel.id)
    router.go(roomPath(channel.id))
  }
  return (
    <li class="channel">
      {joined ? (
        <a class="row-button" href={roomPath(channel.id)}>
          {facts}
          <span class="badge" data-tone="good">
            Joined
          </span>
        </a>
      ) : (
        <>
          {facts}
          <ActionButton class="stop" aria-label={`Join ${channel.name}`} onAction={join}>
            Join
          </ActionButton>
        </>
      )}
    </li>
  )
}
