import type { BackOff } from './back-off.ts'
import type { Connection } from './connection.ts'
import { ParleyError } from './error.ts'
import type {
  LogEntry,
  Member,
  MemberState,
  Message,
  Room as RoomView,
  RoomChange,
  UserSummary,
} from './generated/schemas.ts'
import type { Http } from './http.ts'
import type { StoredMessage } from './message-window.ts'
import { Observable } from './observable.ts'
import { Outbox } from './outbox.ts'
import type { OutgoingMessage } from './outbox.ts'
import { RoomState } from './room-state.ts'
import { RoomUpkeep } from './room-upkeep.ts'
import { Typists } from './typists.ts'

/** What a room shows: messages that are stored, then those on their way. */
export type RoomMessage = StoredMessage | OutgoingMessage

export interface ChatRoomDeps {
  http: Http
  connection: Pick<Connection, 'send' | 'isLive'>
  newBackOff: () => BackOff
  /** The person, and whom she blocks. */
  self: { readonly summary: UserSummary; isBlocked(userId: string): boolean }
  onEntry: (entry: LogEntry) => void
  /** The list of rooms may be in another order now. */
  onChange: () => void
}

interface SendOptions {
  /** The seq of the message it answers. */
  replyTo?: number | null
  clientId?: string
}

/** The server lets typing pass once in this time (E1). */
const typingMs = 3000

/**
 * A room one is a member of. It keeps itself up to date while the client is connected.
 *
 * @example
 * const room = await client.rooms.join(channelId)
 * room.subscribe(() => show(room.messages))
 * await room.load()
 * await room.send('hello')
 */
export class ChatRoom extends Observable {
  readonly id: string
  readonly #deps: ChatRoomDeps
  readonly #state: RoomState
  readonly #upkeep: RoomUpkeep
  readonly #outbox: Outbox
  readonly #typists: Typists
  #info: RoomView | undefined
  #messages: readonly RoomMessage[] | undefined
  #isMember = true
  #typedAt = -Infinity

  /** @internal Rooms come from `client.rooms`. */
  constructor(view: RoomView, deps: ChatRoomDeps) {
    super()
    const { self, connection, http } = deps
    const { id } = view
    this.id = id
    this.#deps = deps
    this.#state = new RoomState(view, {
      get userId() {
        return self.summary.id
      },
      isBlocked: (userId) => self.isBlocked(userId),
    })
    const onChange = (): void => this.note()
    this.#typists = new Typists(onChange)
    this.#upkeep = new RoomUpkeep({
      id,
      http,
      connection,
      onChange,
      state: this.#state,
      newBackOff: deps.newBackOff,
      onEntry: (entry) => this.#applied(entry),
      onPage: ({ items }) => this.#confirmOwn(items),
    })
    this.#outbox = new Outbox({
      send: async ({ clientId, text, replyTo }) => {
        const input = { room: id, clientId, text, replyTo }
        const { repeated: _, ...message } = await connection.send('message.send', input)
        return message
      },
      canSend: () => connection.isLive,
      backOff: deps.newBackOff(),
      onStored: (message) => this.#state.takeOwn(message),
      onChange,
    })
  }

  /** Name, topic, role, unread count, last message: as `GET /v1/rooms/{roomId}` answers them. The
   *  same object until something changes. */
  get info(): RoomView {
    this.#info ??= this.#state.view
    return this.#info
  }

  /** False once you left or were removed. */
  get isMember(): boolean {
    return this.#isMember
  }

  /** What is loaded, by ascending seq, then what is being sent. The same array until something
   *  changes; empty before `load()`. */
  get messages(): readonly RoomMessage[] {
    this.#messages ??= this.#collect()
    return this.#messages
  }

  /** There are older messages than the first one loaded. */
  get hasOlder(): boolean {
    return this.#state.window?.hasOlder ?? false
  }

  /** There are newer messages than the last one loaded: one jumped back in time. */
  get hasNewer(): boolean {
    return this.#state.window?.isLatest === false
  }

  /** In the order they joined; empty before `loadMembers()`, kept up to date from then on. */
  get members(): readonly Member[] {
    return this.#state.members ?? noMembers
  }

  /** Who is writing right now, by user id. */
  get typing(): readonly string[] {
    return this.#typists.userIds
  }

  /** Loads the latest messages, once. */
  async load(limit?: number): Promise<void> {
    if (!this.#state.window) await this.#upkeep.open({ limit })
  }

  /** Loads the page before the first message. */
  loadOlder(limit?: number): Promise<void> {
    return this.#upkeep.loadOlder(limit)
  }

  /** Loads the page after the last message, where one jumped back in time. */
  loadNewer(limit?: number): Promise<void> {
    return this.#upkeep.loadNewer(limit)
  }

  /** Shows the messages around this one instead. */
  jumpTo(seq: number, limit?: number): Promise<void> {
    return this.#upkeep.open({ around: seq, limit })
  }

  /** Shows the latest messages again. */
  jumpToLatest(limit?: number): Promise<void> {
    return this.#upkeep.open({ limit })
  }

  /** Lets go of all loaded messages but the newest, or the oldest, so many: a long scroll needs no
   *  more memory than a short one. */
  keep(end: 'newest' | 'oldest', count: number): void {
    if (end === 'newest') this.#state.window?.dropOlder(count)
    else this.#state.window?.dropNewer(count)
    this.note()
  }

  /**
   * Sends a message. It is in `messages` at once, as `pending`, and goes out as often as it takes,
   * over every lost line, until the server has it once. Resolves with the stored message; rejects
   * with a ParleyError where the server refuses it, and it stays in `messages` as `failed`.
   * Name a `clientId` to go on with a message that an earlier page or process began to send.
   */
  send(
    text: string,
    { replyTo = null, clientId = crypto.randomUUID() }: SendOptions = {},
  ): Promise<Message> {
    this.#typedAt = -Infinity
    return this.#outbox.add({
      state: 'pending',
      roomId: this.id,
      clientId,
      author: this.#deps.self.summary,
      text,
      style: 'text',
      replyTo,
      createdAt: new Date().toISOString(),
      editedAt: null,
      deletedAt: null,
    })
  }

  /** Sends a failed message again, under the same clientId. */
  retry(clientId: string): Promise<Message> {
    return this.#outbox.retry(clientId)
  }

  /** Takes a failed message out of `messages`. */
  discard(clientId: string): void {
    this.#outbox.discard(clientId)
  }

  /** Replaces the text of your own message. */
  async edit(seq: number, text: string): Promise<Message> {
    const { connection } = this.#deps
    return this.#takeAnswer(await connection.send('message.edit', { room: this.id, seq, text }))
  }

  /** Deletes your message, or anyone's as owner or admin. Its place stays, with `text: null`. */
  async delete(seq: number): Promise<Message> {
    const { connection } = this.#deps
    return this.#takeAnswer(await connection.send('message.delete', { room: this.id, seq }))
  }

  /** Moves your read marker forward, to the end where no seq is given. Shown at once; the server is
   *  told as soon as it can be reached. */
  markRead(seq: number = this.#state.cursor): void {
    this.#upkeep.markRead(seq)
  }

  /** Tells the others that you are writing: call it on every key, it is told as often as useful. */
  setTyping(): void {
    const now = Date.now()
    if (!this.#deps.connection.isLive || Math.abs(now - this.#typedAt) < typingMs) return
    this.#typedAt = now
    this.#deps.connection.send('typing.set', { room: this.id }).catch(() => {})
  }

  /** Loads who is here. */
  loadMembers(): Promise<void> {
    return this.#upkeep.loadMembers()
  }

  /** Adds someone, as member where no role is named, or sets the role of a member. */
  async putMember(userId: string, role?: Member['role']): Promise<MemberState> {
    const params = { path: { roomId: this.id, userId } }
    const path = '/v1/rooms/{roomId}/members/{userId}'
    const { data } = await this.#deps.http.PUT(path, { params, body: { role } })
    return data
  }

  async removeMember(userId: string): Promise<void> {
    const params = { path: { roomId: this.id, userId } }
    await this.#deps.http.DELETE('/v1/rooms/{roomId}/members/{userId}', { params })
  }

  async leave(): Promise<void> {
    await this.removeMember('me')
    this.gone()
  }

  /** Renames, describes, archives or reopens the room. */
  async change(change: RoomChange): Promise<void> {
    const params = { path: { roomId: this.id } }
    await this.#deps.http.PATCH('/v1/rooms/{roomId}', { params, body: change })
  }

  /** @internal The last entry applied: where a resume goes on. */
  get cursor(): number {
    return this.#state.cursor
  }

  /** @internal */
  take(entry: LogEntry): void {
    if (this.#isMember) this.#upkeep.take(entry)
  }

  /** @internal A `ready` has this room. */
  takeReady(view: RoomView): void {
    if (this.#isMember && view.joinedSeq === this.info.joinedSeq) {
      this.#upkeep.takeReady(view)
      this.note()
    } else this.restart(view)
  }

  /** @internal A reset, or a new membership. */
  restart(view: RoomView): void {
    this.#isMember = true
    this.#upkeep.restart(view)
  }

  /** @internal No member any more. */
  gone(): void {
    if (!this.#isMember) return
    this.#isMember = false
    this.stop(
      new ParleyError('room_not_found', 'unable to send message; you are no longer in this room'),
    )
    this.note()
  }

  /** @internal The connection is live; `again`: not for the first time. */
  resume(again: boolean): void {
    if (!this.#isMember) return
    this.#upkeep.resume(again)
    this.#outbox.resume()
  }

  /** @internal Nothing goes out any more: she is out of the room, or the connection will not come
   *  back by itself. */
  stop(error: ParleyError): void {
    this.#typists.clear()
    this.#outbox.failAll(error)
  }

  /** @internal */
  takeMarker(seq: number): void {
    this.#upkeep.takeMarker(seq)
    this.note()
  }

  /** @internal */
  seenBy(userId: string, seq: number): void {
    this.#state.seenBy(userId, seq)
    this.note()
  }

  /** @internal */
  typed(userId: string, forMs: number): void {
    this.#typists.add(userId, forMs)
  }

  /** @internal Something outside the room, such as a block, changed what counts here. */
  recount(): void {
    const { lastSeq, readSeq } = this.info
    if (lastSeq > readSeq) this.#upkeep.recount()
  }

  #applied(entry: LogEntry): void {
    if (entry.type === 'message.created') {
      this.#confirmOwn([entry.data])
      this.#typists.remove(entry.data.author.id)
    }
    this.note()
    this.#deps.onEntry(entry)
  }

  #confirmOwn(messages: readonly Message[]): void {
    const { id } = this.#deps.self.summary
    for (const message of messages) if (message.author.id === id) this.#outbox.confirm(message)
  }

  #takeAnswer(message: Message): Message {
    this.#state.takeMessage(message)
    this.note()
    return message
  }

  #collect(): readonly RoomMessage[] {
    const stored = this.#state.window?.messages ?? []
    if (this.hasNewer || this.#outbox.messages.length === 0) return stored
    return [...stored, ...this.#outbox.messages]
  }

  /** @internal */
  override note(): void {
    this.#info = undefined
    this.#messages = undefined
    super.note()
    this.#deps.onChange()
  }
}

const noMembers: readonly Member[] = []
