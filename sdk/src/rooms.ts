import { ChatRoom } from './chat-room.ts'
import type { ChatRoomDeps } from './chat-room.ts'
import type { ParleyError } from './error.ts'
import type { NewRoom, ReadyFrame, Room as RoomView } from './generated/schemas.ts'
import { Observable } from './observable.ts'
import type { AnyFrame } from './frame.ts'

type RoomsDeps = Omit<ChatRoomDeps, 'onChange'>

/**
 * The rooms one is a member of, kept up to date while the client is connected.
 *
 * @example
 * for (const room of client.rooms.list) console.log(room.info.name, room.info.unread)
 * const room = await client.rooms.create({ kind: 'channel', name: 'Weekend walk' })
 */
export class Rooms extends Observable {
  readonly #deps: RoomsDeps
  readonly #byId = new Map<string, ChatRoom>()
  /** The newest news of each membership: what is older comes too late. */
  readonly #news = new Map<string, number>()
  #list: readonly ChatRoom[] | undefined
  #ready: ReadyFrame | undefined

  /** @internal Rooms come from `client.rooms`. */
  constructor(deps: RoomsDeps) {
    super()
    this.#deps = deps
  }

  /** Latest activity first. The same array until something changes. */
  get list(): readonly ChatRoom[] {
    this.#list ??= [...this.#byId.values()]
      .filter(({ isMember }) => isMember)
      .map((room) => ({ room, at: activityOf(room.info) }))
      .toSorted((a, b) => (a.at < b.at ? 1 : -1))
      .map(({ room }) => room)
    return this.#list
  }

  /** A room one is a member of. */
  get(roomId: string): ChatRoom | undefined {
    const room = this.#byId.get(roomId)
    return room?.isMember ? room : undefined
  }

  /** Makes a group or a channel. Name a `clientId` to be able to repeat it: a repeat finds the room
   *  that was made. */
  async create(room: Omit<NewRoom, 'clientId'> & { clientId?: string }): Promise<ChatRoom> {
    const body = { clientId: crypto.randomUUID(), ...room }
    const { data } = await this.#deps.http.POST('/v1/rooms', { body })
    return this.#admit(data)
  }

  /** The one direct room with that person. */
  async openDirect(userId: string): Promise<ChatRoom> {
    const params = { path: { userId } }
    const { data } = await this.#deps.http.PUT('/v1/rooms/direct/{userId}', { params })
    return this.#admit(data)
  }

  /** Joins a public channel. */
  async join(roomId: string): Promise<ChatRoom> {
    const params = { path: { roomId } }
    const { data } = await this.#deps.http.POST('/v1/rooms/{roomId}/join', { params })
    return this.#admit(data)
  }

  /** @internal What to name in hello: where each room goes on. */
  get resumePoint(): { epoch?: string; cursors?: Record<string, number> } {
    if (!this.#ready) return {}
    const cursors = Object.fromEntries(this.list.map(({ id, cursor }) => [id, cursor]))
    return { epoch: this.#ready.epoch, cursors }
  }

  /** @internal Another person: nothing of the one before. */
  clear(): void {
    for (const room of this.#byId.values()) room.gone()
    this.#byId.clear()
    this.#news.clear()
    this.#ready = undefined
    this.note()
  }

  /** @internal */
  takeReady(ready: ReadyFrame): void {
    const sameHistory = this.#ready?.epoch === ready.epoch
    this.#ready = ready
    const present = new Set(ready.rooms.map(({ id }) => id))
    for (const room of this.list) if (!present.has(room.id)) room.gone()
    for (const view of ready.rooms) {
      const room = this.#byId.get(view.id)
      if (!room) this.#add(view)
      else if (sameHistory) room.takeReady(view)
      else room.restart(view)
    }
    this.#news.clear()
    this.note()
  }

  /** @internal */
  resume(again: boolean): void {
    for (const room of this.list) room.resume(again)
  }

  /** @internal */
  stop(error: ParleyError): void {
    for (const room of this.list) room.stop(error)
  }

  /** @internal Someone was blocked or is not any more. */
  recount(): void {
    for (const room of this.list) room.recount()
  }

  /** @internal */
  take(frame: AnyFrame): void {
    // Of all frames only the entries of a room's log have a time.
    if ('at' in frame) return this.get(frame.room)?.take(frame)
    if (frame.type === 'reset') this.#reset(frame.room)
    else if (frame.type === 'room.added') {
      if (this.#isNews(frame.data.id, frame.userSeq)) this.#admit(frame.data)
    } else if (frame.type === 'room.gone') {
      if (this.#isNews(frame.data.room, frame.userSeq)) this.get(frame.data.room)?.gone()
    } else if (frame.type === 'read.updated') {
      this.get(frame.data.room)?.takeMarker(frame.data.readSeq)
    } else if (frame.type === 'receipt') this.get(frame.room)?.seenBy(frame.userId, frame.seq)
    else if (frame.type === 'typing') this.get(frame.room)?.typed(frame.userId, frame.expiresInMs)
  }

  #reset(roomId: string): void {
    const view = this.#ready?.rooms.find(({ id }) => id === roomId)
    if (view) this.get(roomId)?.restart(view)
  }

  /** News of one membership may overtake each other; what `ready` holds is old already. */
  #isNews(roomId: string, userSeq: number): boolean {
    const newest = this.#news.get(roomId) ?? this.#ready?.userSeq ?? 0
    if (userSeq <= newest) return false
    this.#news.set(roomId, userSeq)
    return true
  }

  #admit(view: RoomView): ChatRoom {
    const room = this.#byId.get(view.id)
    if (!room) return this.#add(view)
    // A membership that is known is kept up to date by its entries.
    if (!room.isMember || room.info.joinedSeq < view.joinedSeq) room.restart(view)
    return room
  }

  #add(view: RoomView): ChatRoom {
    const room = new ChatRoom(view, { ...this.#deps, onChange: () => this.note() })
    this.#byId.set(view.id, room)
    this.note()
    return room
  }

  /** @internal */
  override note(): void {
    this.#list = undefined
    super.note()
  }
}

/** As the server orders them; two at one moment by their id. */
function activityOf({ id, createdAt, lastMessage }: RoomView): string {
  return `${lastMessage?.createdAt ?? createdAt} ${id}`
}
