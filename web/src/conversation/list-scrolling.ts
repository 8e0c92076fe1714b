import type { ChatRoom, RoomMessage } from '@parley/client'
import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks'
import { useParley } from '../state/parley.ts'
import { surplus } from './anchor.ts'
import type { ConversationView, Goal } from './conversation-view.ts'
import { HistoryLoader } from './history-loader.ts'
import { ListScroller } from './list-scroller.ts'

/** So many heights of the view before an end of what is loaded, the next page is asked for. */
const aheadScreens = 2

/** The scrolling of the list: what has to be done after each rendering and each move. */
export function useListScrolling(view: ConversationView, messages: readonly RoomMessage[]) {
  const { room } = view
  const { people } = useParley()
  const viewRef = useRef<HTMLDivElement>(null)
  const rowsRef = useRef<HTMLDivElement>(null)
  const scroller = useRef<ListScroller | undefined>(undefined)
  const loader = useMemo(() => new HistoryLoader(room), [room])
  const goal = view.goal.value
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
    view.goal.value = undefined
    if (!goal || !reach(goal, view, scroller.current)) scroller.current.restore()
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

/** Scrolls to where one wants to be; false where that is not. */
function reach(goal: Goal, view: ConversationView, scroller: ListScroller): boolean {
  if (goal.to === 'message') {
    // Not every entry of a room is a message: then the next one.
    const seq = view.room.messages.find((message) => (message.seq ?? 0) >= goal.seq)?.seq
    if (!scroller.toRow(`[data-seq="${seq}"]`, 0.4)) return false
    view.highlight(seq)
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
