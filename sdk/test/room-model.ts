/** A room as a server keeps it, with every state it ever had: answers as of any entry. */
import type { LogEntry, Member, Message, Room, UserSummary } from '../src/index.ts'

export const me = 'me'
const at = '2026-11-22T12:00:00.000Z'
const userOf = (id: string): UserSummary => ({
  id,
  username: id,
  displayName: id,
  avatarUrl: '',
})

interface State {
  messages: ReadonlyMap<number, Message>
  members: ReadonlyMap<string, Member>
  topic: string
  version: number
}

/** A change without its content: what an entry says for ever. */
type Change =
  | { type: 'message.created'; by: string }
  | { type: 'message.edited' | 'message.deleted'; subject: number }
  | { type: 'member.joined' | 'member.left'; who: string }
  | { type: 'member.updated'; who: string; role: Member['role'] }
  | { type: 'room.updated' }

export class RoomModel {
  readonly #changes: Change[] = []
  readonly #states: State[] = [{ messages: new Map(), members: new Map(), topic: '', version: 0 }]
  readonly blocked = 'eve'
  readSeq = 2

  constructor() {
    this.append({ type: 'member.joined', who: 'ada' })
    this.append({ type: 'member.joined', who: me })
  }

  get head(): number {
    return this.#changes.length
  }

  isMember(who: string): boolean {
    return this.#at(this.head).members.has(who)
  }

  /** Adds an entry; one that would change nothing is left out. */
  append(change: Change): void {
    const seq = this.head + 1
    const { messages, members, topic, version } = this.#at(this.head)
    const next = { messages: new Map(messages), members: new Map(members), topic, version }
    if (change.type === 'message.created') next.messages.set(seq, newMessage(seq, change.by))
    else if (change.type === 'room.updated') {
      Object.assign(next, { topic: `topic ${seq}`, version: seq })
    } else if ('subject' in change) {
      const held = messages.get(change.subject)
      if (!held || held.deletedAt !== null) return
      const edited = { ...held, version: seq, text: `edit ${seq}`, editedAt: at }
      const deleted = { ...held, version: seq, text: null, deletedAt: at }
      next.messages.set(held.seq, change.type === 'message.edited' ? edited : deleted)
    } else if (change.type === 'member.left') {
      if (!next.members.delete(change.who)) return
    } else {
      const held = members.get(change.who)
      if ((change.type === 'member.joined') === (held !== undefined)) return
      const member = held ?? newMember(seq, change.who)
      const role = change.type === 'member.updated' ? change.role : member.role
      next.members.set(change.who, { ...member, role, version: seq })
    }
    this.#changes.push(change)
    this.#states.push(next)
  }

  /** An entry with its content as of a later one (P2). */
  entry(seq: number, asOf: number): LogEntry {
    const change = this.#changes[seq - 1]
    if (!change) throw new Error(`there is no entry ${seq}`)
    const { messages } = this.#at(asOf)
    const common = { room: 'r', seq, at }
    // What an entry refers to is there for ever.
    const message = (of: number): Message => messages.get(of) as Message
    switch (change.type) {
      case 'message.created':
        return { ...common, type: change.type, data: message(seq) }
      case 'message.edited':
        return { ...common, type: change.type, data: message(change.subject) }
      case 'message.deleted':
        return { ...common, type: change.type, data: { message: change.subject, by: 'ada' } }
      case 'member.joined':
        return { ...common, type: change.type, data: { ...newMember(seq, change.who), by: 'ada' } }
      case 'member.updated': {
        const { who, role } = change
        return { ...common, type: change.type, data: { user: userOf(who), role, by: 'ada' } }
      }
      case 'member.left': {
        const data = { userId: change.who, by: 'ada', reason: 'left' as const }
        return { ...common, type: change.type, data }
      }
      case 'room.updated':
        return {
          ...common,
          type: change.type,
          data: { ...this.#info(asOf), by: 'ada', changed: ['topic'] },
        }
    }
  }

  view(asOf: number, readSeq = this.readSeq): Room {
    const all = this.messages(asOf).filter(({ deletedAt }) => deletedAt === null)
    const counts = ({ seq, author }: Message): boolean =>
      seq > readSeq && author.id !== me && author.id !== this.blocked
    const unread = all.filter(counts).length
    return {
      ...this.#info(asOf),
      role: this.#at(asOf).members.get(me)?.role ?? 'member',
      joinedSeq: 2,
      visibleFrom: 1,
      lastSeq: asOf,
      readSeq,
      unread: Math.min(unread, 100),
      unreadMore: unread > 100,
      lastMessage: all.at(-1) ?? null,
    }
  }

  messages(asOf: number): Message[] {
    return [...this.#at(asOf).messages.values()].toSorted((a, b) => a.seq - b.seq)
  }

  members(asOf: number): Member[] {
    return [...this.#at(asOf).members.values()].toSorted((a, b) => a.joinedSeq - b.joinedSeq)
  }

  #info(asOf: number) {
    const { topic, version } = this.#at(asOf)
    const kind = 'group' as const
    const fixed = { id: 'r', kind, name: 'Walk', history: 'all' as const, createdAt: at }
    return { ...fixed, archivedAt: null, topic, version }
  }

  #at(seq: number): State {
    const state = this.#states[seq]
    if (!state) throw new Error(`there is no entry ${seq}`)
    return state
  }
}

function newMessage(seq: number, by: string): Message {
  const content = { text: `text ${seq}`, style: 'text' as const, replyTo: null }
  const times = { createdAt: at, editedAt: null, deletedAt: null }
  return {
    roomId: 'r',
    seq,
    version: seq,
    author: userOf(by),
    clientId: `c${seq}`,
    ...content,
    ...times,
  }
}

function newMember(seq: number, who: string): Member {
  return { user: userOf(who), role: 'member', joinedAt: at, joinedSeq: seq, version: seq }
}
