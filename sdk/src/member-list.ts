import type { LogEntry, Member } from './generated/schemas.ts'

/** The members of a room, by the larger version whatever came first. */
export class MemberList {
  readonly #byId: Map<string, Member>
  #sorted: readonly Member[] | undefined

  constructor(members: readonly Member[]) {
    this.#byId = new Map()
    for (const member of members) this.#put(member)
  }

  /** In the order they joined; the same array until something changes. */
  get members(): readonly Member[] {
    this.#sorted ??= [...this.#byId.values()].toSorted(
      (a, b) => a.joinedSeq - b.joinedSeq || (a.user.id < b.user.id ? -1 : 1),
    )
    return this.#sorted
  }

  apply(entry: LogEntry): void {
    if (entry.type === 'member.joined') {
      const { by: _, ...member } = entry.data
      // In a small room everyone sees how far the others have read; it begins at the joining.
      const seen = this.members.some(({ readSeq }) => readSeq !== undefined)
      this.#put(seen ? { ...member, readSeq: member.joinedSeq } : member)
    } else if (entry.type === 'member.updated') {
      const { user, role } = entry.data
      const held = this.#byId.get(user.id)
      if (held) this.#put({ ...held, user, role, version: entry.seq })
    } else if (entry.type === 'member.left') {
      const held = this.#byId.get(entry.data.userId)
      if (held && held.version < entry.seq) this.#delete(held)
    }
  }

  /** Somebody read up to here; told in small rooms only. */
  read(userId: string, seq: number): boolean {
    const held = this.#byId.get(userId)
    if (held?.readSeq === undefined || held.readSeq >= seq) return false
    this.#byId.set(userId, { ...held, readSeq: seq })
    this.#sorted = undefined
    return true
  }

  #put(member: Member): void {
    const held = this.#byId.get(member.user.id)
    if (held && held.version >= member.version) return
    this.#byId.set(member.user.id, member)
    this.#sorted = undefined
  }

  #delete({ user }: Member): void {
    this.#byId.delete(user.id)
    this.#sorted = undefined
  }
}
