import type { ChatRoom, RoomMessage } from '@parley/client'
import { useComputed } from '@preact/signals'
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import { useFollow } from '../state/follow.ts'
import { useParley } from '../state/parley.ts'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { surplus } from './anchor.ts'
import { useConversation } from './conversation-view.ts'
import type { ConversationView } from './conversation-view.ts'
import { HistoryLoader } from './history-loader.ts'
import { ListScroller } from './list-scroller.ts'
import { moveBetweenRows } from './row-focus.ts'
import { TimelineRow } from './timeline-row.tsx'
import { timelineOf } from './timeline.ts'
import type { Row } from './timeline.ts'

/** So many heights of the view before an end of what is loaded, the next page is asked for. */
const aheadScreens = 2

/** What was said, as far as it is loaded: what is loaded is bounded, and moves with the scrolling
 *  (docs/decisions/0029). */
export function MessageList() {
  const view = useConversation()
  const { room } = view
  const messages = useFollow(room, () => room.messages)
  const rows = useRows(view, messages)
  const [active, setActive] = useState<string | undefined>()
  const list = useList(view, messages)
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

/** The scrolling of the list: what has to be done after each rendering and each move. */
function useList(view: ConversationView, messages: readonly RoomMessage[]) {
  const { room } = view
  const { people } = useParley()
  const viewRef = useRef<HTMLDivElement>(null)
  const rowsRef = useRef<HTMLDivElement>(null)
  const scroller = useRef<ListScroller | undefined>(undefined)
  const loader = useMemo(() => new HistoryLoader(room), [room])
  const moved = (): void => {
    if (scroller.current) look(view, scroller.current, loader)
  }
  useLayoutEffect(() => {
    const [list, element] = [rowsRef.current, viewRef.current]
    if (!list || !element) return
    const created = new ListScroller({ view: element, list, onMoved: moved })
    scroller.current = created
    return () => created.close()
  }, [])
  useLayoutEffect(() => {
    if (!scroller.current) return
    scroller.current.followEnd = !room.hasNewer
    if (!reach(view, scroller.current)) scroller.current.restore()
    moved()
  })
  useEffect(() => {
    if (!document.hasFocus() && view.newAfter.peek() === undefined) view.markNews()
    void view.log.fill()
    for (const { author } of messages) people.meet(author)
  }, [messages])
  useEffect(() => {
    const events = ['focus', 'visibilitychange'] as const
    for (const event of events) window.addEventListener(event, moved, true)
    return () => events.forEach((event) => window.removeEventListener(event, moved, true))
  }, [])
  return { view: viewRef, rows: rowsRef, loader }
}

/** Scrolls to where the view wants to be; false where it wants nothing. */
function reach(view: ConversationView, scroller: ListScroller): boolean {
  const goal = view.goal.value
  if (!goal) return false
  view.goal.value = undefined
  if (goal.to === 'message') {
    // Not every entry of a room is a message: then the next one.
    const seq = view.room.messages.find((message) => (message.seq ?? 0) >= goal.seq)?.seq
    if (!scroller.toRow(`[data-seq="${seq}"]`, 0.4)) return false
    view.highlighted.value = seq
  } else if (goal.to === 'end' || !scroller.toRow('[data-kind="newLine"]', 0.15)) scroller.toEnd()
  return true
}

/** After every move: fetches what is near, lets go of what is far, marks what is seen. */
function look(view: ConversationView, scroller: ListScroller, loader: HistoryLoader): void {
  const { room } = view
  if (scroller.screensFromBeginning < aheadScreens) void loader.extend('older')
  if (scroller.screensFromEnd < aheadScreens) void loader.extend('newer')
  const shown = scroller.seqsInView()
  view.atEnd.value = scroller.atEnd && !room.hasNewer
  letGo(room, shown, view.atEnd.peek())
  if (document.visibilityState !== 'visible' || !document.hasFocus()) return
  if (view.atEnd.value) return room.markRead()
  if (shown && shown.last > room.info.readSeq) room.markRead(shown.last)
}

function letGo(
  room: ChatRoom,
  shown: ReturnType<ListScroller['seqsInView']>,
  atEnd: boolean,
): void {
  const { messages } = room
  if (!shown) return
  const placeOf = (seq: number): number => messages.findIndex((message) => message.seq === seq)
  // In a burst the newest are not rendered yet: at the end one is on the way to them.
  const last = atEnd ? messages.length - 1 : placeOf(shown.last)
  const first = atEnd ? last : placeOf(shown.first)
  const far = surplus(messages.length, first, last)
  if (far) room.keep(far.keep, far.count)
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
