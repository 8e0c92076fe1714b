import { signal } from '@preact/signals'
import { ParleyError } from '@parley/client'
import type { ChatRoom, StoredMessage } from '@parley/client'
import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Parley } from '../state/parley.ts'
import { Quotes } from './quotes.ts'
import { RoomLog } from './room-news.ts'

/** Where the list is to scroll to after it was rendered. */
export type Goal =
  | { to: 'end' }
  | { to: 'newLine' }
  /** Shows this message in the middle and marks it for a moment. */
  | { to: 'message'; seq: number }

export type OpenState =
  | { name: 'opening' }
  | { name: 'open' }
  | { name: 'failed'; error: ParleyError }

const pageSize = 100
/** As long as the animation of message.css. */
const highlightMs = 3000

/** What one does in a room that is open on the screen: beside the room itself, what is only of this
 *  look at it. */
export class ConversationView {
  readonly room: ChatRoom
  readonly log: RoomLog
  readonly quotes: Quotes
  readonly state = signal<OpenState>({ name: 'opening' })
  readonly goal = signal<Goal | undefined>(undefined)
  readonly highlighted = signal<number | undefined>(undefined)
  readonly replyingTo = signal<StoredMessage | undefined>(undefined)
  readonly editing = signal<StoredMessage | undefined>(undefined)
  readonly profileOf = signal<string | undefined>(undefined)
  readonly deleting = signal<StoredMessage | undefined>(undefined)
  /** What comes after this had not been read when the room was opened. */
  readonly newAfter = signal<number | undefined>(undefined)
  readonly unfolded = signal<ReadonlySet<number>>(new Set())
  /** The last message of the room is in view. */
  readonly atEnd = signal(true)
  readonly #parley: Parley
  readonly #release: () => void
  #highlight: ReturnType<typeof setTimeout> | undefined

  constructor(parley: Parley, room: ChatRoom) {
    this.#parley = parley
    this.room = room
    this.log = new RoomLog(parley, room)
    this.#release = parley.idleRooms.use(room)
    this.quotes = new Quotes(parley.client, room)
    this.markNews()
  }

  /** The line of what is new is drawn here from now on. */
  markNews(): void {
    const { unread, readSeq } = this.room.info
    this.newAfter.value = unread > 0 ? readSeq : undefined
  }

  /** Loads the place to begin with: this message, what is new, or the end. */
  async open(seq?: number): Promise<void> {
    this.state.value = { name: 'opening' }
    try {
      if (seq !== undefined) await this.#load(seq)
      else if (this.room.hasNewer) await this.room.jumpToLatest(pageSize)
      else await this.room.load(pageSize)
      this.goal.value = seq === undefined ? this.#beginning() : { to: 'message', seq }
      this.state.value = { name: 'open' }
    } catch (error) {
      if (!(error instanceof ParleyError)) throw error
      this.state.value = { name: 'failed', error }
    }
  }

  /** To a message, wherever it is. */
  jumpTo(seq: number): void {
    this.#load(seq).then(
      () => (this.goal.value = { to: 'message', seq }),
      this.#parley.toasts.failed,
    )
  }

  jumpToEnd(): void {
    const { room } = this
    const loaded = room.hasNewer ? room.jumpToLatest(pageSize) : Promise.resolve()
    loaded.then(() => (this.goal.value = { to: 'end' }), this.#parley.toasts.failed)
  }

  /** To where the unread messages begin. */
  jumpToNews(): void {
    const { newAfter } = this
    if (newAfter.value === undefined) return
    this.#load(newAfter.value + 1).then(
      () => (this.goal.value = { to: 'newLine' }),
      this.#parley.toasts.failed,
    )
  }

  send(text: string): void {
    const replyTo = this.replyingTo.value?.seq ?? null
    this.replyingTo.value = undefined
    this.newAfter.value = undefined
    this.#parley.unsent.send(this.room, text, replyTo)
    this.jumpToEnd()
  }

  reply(message: StoredMessage): void {
    this.editing.value = undefined
    this.replyingTo.value = message
  }

  edit(message: StoredMessage): void {
    this.replyingTo.value = undefined
    this.editing.value = message
  }

  /** The last message one wrote and may still change. */
  lastOwn(): StoredMessage | undefined {
    const myId = this.#parley.me.value?.id
    const own = this.room.messages.findLast(
      ({ author, deletedAt }) => author.id === myId && !deletedAt,
    )
    return own?.state === 'sent' ? own : undefined
  }

  /** Marks a message for a moment. */
  highlight(seq: number | undefined): void {
    clearTimeout(this.#highlight)
    this.highlighted.value = seq
    this.#highlight = setTimeout(() => (this.highlighted.value = undefined), highlightMs)
  }

  unfold(seqs: readonly number[]): void {
    this.unfolded.value = new Set([...this.unfolded.value, ...seqs])
  }

  /** The room is left: it keeps what the next look at it begins with. */
  close(): void {
    this.log.close()
    this.#release()
  }

  #beginning(): Goal {
    const { newAfter, room } = this
    const first = room.messages[0]?.seq ?? 0
    const isLoaded = newAfter.value !== undefined && (newAfter.value >= first || !room.hasOlder)
    return isLoaded ? { to: 'newLine' } : { to: 'end' }
  }

  async #load(seq: number): Promise<void> {
    const { messages, hasOlder, hasNewer } = this.room
    const seqs = messages.flatMap(({ seq }) => seq ?? [])
    const [first, last] = [seqs[0], seqs.at(-1)]
    const isLoaded =
      first !== undefined &&
      last !== undefined &&
      (seq >= first || !hasOlder) &&
      (seq <= last || !hasNewer)
    if (!isLoaded) await this.room.jumpTo(seq, pageSize)
  }
}

export const ConversationContext = createContext<ConversationView | undefined>(undefined)

export function useConversation(): ConversationView {
  const view = useContext(ConversationContext)
  if (!view) throw new Error('unable to use the conversation; there is none around')
  return view
}
