import type { MemberSpec } from '../load/member.ts'
import type { DialectName } from '../load/requests.ts'
import type { Address } from '../load/line.ts'

/** Rooms, and members of each. */
export interface Shape {
  rooms: number
  members: number
}

/** Clients that are each in several rooms. */
export interface CrowdShape {
  clients: number
  roomsEach: number
  roomSize: number
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

/** One that can also be filled with a crowd, killed and started again; of one node. */
export interface RestartableSystem extends System {
  readonly address: Address
  /** New people in new rooms, written straight into the database; a seat for each. */
  crowd(shape: CrowdShape): Promise<MemberSpec[]>
  /** Ends its process as a power cut would. */
  kill(): Promise<void>
  /** Ends its process as an operator would. */
  stop(): Promise<void>
  /** Starts it again on its port; resolves when it is ready. */
  run(): Promise<void>
}

/** The rooms of this client, by number: neighbours share them, in every room other ones. */
export function roomsOf({ clients, roomsEach, roomSize }: CrowdShape, client: number): number[] {
  const parts = Math.ceil(clients / roomSize)
  return Array.from({ length: roomsEach }, (_, n) => {
    const place = (client + n * 17) % clients
    return n * parts + Math.floor(place / roomSize)
  })
}
