import type { LogEntry } from '../src/chat/frames.ts'
import type { Member, Message, Room } from '../src/chat/schema.ts'
import type { Caller } from '../src/contract/caller.ts'
import type { ChatWorld, Heard } from './chat-world.ts'

/** A room as a client holds it: read once, then kept up by events alone. */
export class RoomReplica {
  readonly #viewer: Caller
  readonly #room: Room
  readonly #members: Map<string, Member>
  readonly #messages: Map<number, Message>

  private constructor(viewer: Caller, room: Room, members: Member[], messages: Message[]) {
    this.#viewer = viewer
    this.#room = room
    this.#members = new Map(members.map((member) => [member.user.id, member]))
    this.#messages = new Map(messages.map((message) => [message.seq, message]))
  }

  static async read(world: ChatWorld, viewer: Caller, roomId: string): Promise<RoomReplica> {
    const room = (await world.rooms.get(viewer, roomId)) as Room // the viewer is a member
    const { items: members } = await world.members.list(viewer, roomId, { limit: 200 })
    const { items: messages } = await world.messages.page(viewer, roomId, { limit: 200 })
    return new RoomReplica(viewer, room, members, messages)
  }

  get lastSeq(): number {
    return this.#room.lastSeq
  }

  /** What a client knows, with what it works out by itself (L5). */
  state() {
    const messages = [...this.#messages.values()].toSorted((a, b) => a.seq - b.seq)
    const members = [...this.#members.values()].toSorted((a, b) => a.joinedSeq - b.joinedSeq)
    const there = messages.filter(({ deletedAt }) => deletedAt === null)
    const { readSeq } = this.#room
    const unread = there.filter(
      ({ seq, author }) => seq > readSeq && author.id !== this.#viewer.userId,
    ).length
    const counts = { unread: Math.min(unread, 100), unreadMore: unread > 100 }
    const room = { ...this.#room, ...counts, lastMessage: there.at(-1) ?? null }
    return { room, members, messages }
  }

  /** Takes an event of this room; others, and those it has seen, change nothing. */
  apply(frame: Heard): void {
    if (frame.type === 'read.updated') return this.#applyReadMark(frame.data as ReadUpdate)
    if (frame.room !== this.#room.id) return
    if (frame.type === 'receipt') return this.#setReadSeq(String(frame.userId), frame.seq ?? 0)
    if (frame.at === undefined || (frame.seq ?? 0) <= this.lastSeq) return
    if (frame.seq !== this.lastSeq + 1) throw new Error(`${frame.seq} follows ${this.lastSeq}`)
    this.#applyEntry(frame as LogEntry) // durable: it has seq and at
    this.#room.lastSeq = frame.seq
  }

  #applyReadMark({ room, ...mark }: ReadUpdate): void {
    if (room !== this.#room.id) return
    Object.assign(this.#room, mark)
    this.#setReadSeq(this.#viewer.userId, mark.readSeq)
  }

  #setReadSeq(userId: string, readSeq: number): void {
    const member = this.#members.get(userId)
    if (member?.readSeq !== undefined) member.readSeq = readSeq
  }

  #applyEntry({ type, seq, at, data }: LogEntry): void {
    switch (type) {
      case 'message.created':
        this.#messages.set(data.seq, data)
        return
      case 'message.edited':
        if ((this.#messages.get(data.seq)?.version ?? Infinity) < data.version) {
          this.#messages.set(data.seq, data)
        }
        return
      case 'message.deleted': {
        const message = this.#messages.get(data.message)
        if (message) Object.assign(message, { text: null, deletedAt: at, version: seq })
        return
      }
      case 'member.joined': {
        const { by: _, ...member } = data
        this.#members.set(member.user.id, { ...member, readSeq: member.joinedSeq })
        return
      }
      case 'member.updated': {
        const { user, role } = data
        Object.assign(this.#members.get(user.id) ?? {}, { user, role, version: seq })
        if (user.id === this.#viewer.userId) this.#room.role = role
        return
      }
      case 'member.left':
        this.#members.delete(data.userId)
        return
      case 'room.updated': {
        const { by: _by, changed: _changed, ...info } = data
        Object.assign(this.#room, info)
      }
    }
  }
}

type ReadUpdate = Pick<Room, 'readSeq' | 'unread' | 'unreadMore'> & { room: string }
