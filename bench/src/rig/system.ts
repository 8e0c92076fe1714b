import type { MemberSpec } from '../load/member.ts'
import type { DialectName } from '../load/requests.ts'

/** Rooms, and members of each. */
export interface Shape {
  rooms: number
  members: number
}

/** A running server that is measured. */
export interface System {
  readonly name: string
  readonly dialect: DialectName
  /** Its own processes, without the database. */
  readonly pids: readonly number[]
  /** New rooms of this shape; a seat for every member, room by room, spread over the nodes. */
  seat(shape: Shape): Promise<MemberSpec[]>
}
