import type { RoomMessage } from '@parley/client'
import { useComputed } from '@preact/signals'
import { useMemo, useState } from 'preact/hooks'
import { useFollow } from '../state/follow.ts'
import { useParley } from '../state/parley.ts'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { useConversation } from './conversation-view.ts'
import type { ConversationView } from './conversation-view.ts'
import type { HistoryLoader } from './history-loader.ts'
import { useListScrolling } from './list-scrolling.ts'
import { moveBetweenRows } from './row-focus.ts'
import { TimelineRow } from './timeline-row.tsx'
import { timelineOf } from './timeline.ts'
import type { Row } from './timeline.ts'

/** What was said, as far as it is loaded: what is loaded is bounded, and moves with the scrolling
 *  (docs/decisions/0029). */
export function MessageList() {
  const view = useConversation()
  const { room } = view
  const messages = useFollow(room, () => room.messages)
  const rows = useRows(view, messages)
  const [active, setActive] = useState<string | undefined>()
  const list = useListScrolling(view, messages)
  const highlighted = view.highlighted.value
  return (
    <div
      ref={list.view}
      class="message-list"
      onPointerOver={(event) => {
        if (event.pointerType === 'mouse') setActive(keyOf(event.target))
      }}
      onPointerLeave={(event) => {
        if (event.pointerType === 'mouse') setActive(undefined)
      }}
      onClick={(event) => setActive(keyOf(event.target))}
      onFocusIn={(event) => setActive(keyOf(event.target))}
      onKeyDown={moveBetweenRows}
    >
      <Beginning view={view} loader={list.loader} />
      <div
        ref={list.rows}
        class="rows"
        role="log"
        aria-live="off"
        aria-label="Messages"
        tabIndex={0}
      >
        {rows.map((row) => (
          <TimelineRow
            key={row.key}
            row={row}
            isActive={row.key === active}
            isHighlighted={row.kind === 'message' && isSeq(row.message, highlighted)}
          />
        ))}
      </div>
      {room.hasNewer && <div class="more-skeleton" aria-hidden="true" />}
    </div>
  )
}

function useRows(view: ConversationView, messages: readonly RoomMessage[]): Row[] {
  const { me, blocks } = useParley()
  const { hasNewer, hasOlder } = view.room
  const input = useComputed(() => ({
    newAfter: view.newAfter.value,
    unfolded: view.unfolded.value,
    blocks: blocks.value,
    myId: me.value?.id,
  })).value
  const news = view.log.news.value
  return useMemo(() => {
    const first = hasOlder ? (messages[0]?.seq ?? 0) : 0
    const last = hasNewer ? (messages.at(-1)?.seq ?? 0) : Infinity
    const shown = news.filter(({ seq }) => seq >= first && seq <= last)
    return timelineOf({ messages, news: shown, ...input })
  }, [messages, news, input, hasNewer, hasOlder])
}

function Beginning({ view, loader }: { view: ConversationView; loader: HistoryLoader }) {
  const { room } = view
  if (loader.failed.value && (room.hasOlder || room.hasNewer)) {
    return (
      <p class="beginning">
        More could not be loaded. <Button onClick={() => loader.retry()}>Try again</Button>
      </p>
    )
  }
  if (room.hasOlder) return <div class="more-skeleton" aria-hidden="true" />
  return (
    <div class="beginning">
      <Icon
        name={({ channel: 'hash', group: 'people', direct: 'person' } as const)[room.info.kind]}
      />
      <p>
        {room.info.visibleFrom > 1
          ? 'You see this conversation from when you joined.'
          : 'This is where the conversation begins.'}
      </p>
    </div>
  )
}

function keyOf(target: EventTarget | null): string | undefined {
  const row = target instanceof Element ? target.closest<HTMLElement>('[data-key]') : null
  return row?.dataset['key']
}

function isSeq(message: RoomMessage, seq: number | undefined): boolean {
  return seq !== undefined && message.seq === seq
}
