import type { Address } from '../load/line.ts'
import type { MemberSpec } from '../load/member.ts'
import { inTurns, People } from './people.ts'
import type { Person } from './people.ts'
import type { ParleyNode } from './parley-node.ts'
import { addPeople, addRooms, addSessions, roomId } from './population.ts'
import type { CrowdShape, RestartableSystem, Shape } from './system.ts'
import { roomsOf } from './system.ts'

/** Parley on one node or several, with the people and rooms it knows. */
export class Parley implements RestartableSystem {
  readonly name: string
  readonly dialect = 'parley'
  readonly people: People
  readonly #nodes: readonly [ParleyNode, ...ParleyNode[]]
  readonly #rooms = new Map<string, string>()

  constructor(nodes: readonly [ParleyNode, ...ParleyNode[]]) {
    this.#nodes = nodes
    this.name = nodes.length === 1 ? 'Parley' : `Parley, ${nodes.length} nodes`
    this.people = new People(nodes[0].url)
  }

  get pids(): number[] {
    return this.#nodes.map(({ pid }) => pid)
  }

  get address(): Address {
    return this.#nodes[0].address
  }

  async seat({ rooms, members }: Shape): Promise<MemberSpec[]> {
    const people = await this.people.some(rooms * members)
    const seats: MemberSpec[] = []
    for (let room = 0; room < rooms; room++) {
      const crowd = people.slice(room * members, (room + 1) * members)
      const id = await this.#room(`${rooms} × ${members}, ${room}`, crowd)
      for (const [n, { token }] of crowd.entries()) {
        seats.push({ address: this.#nodeOf(room + n).address, token, rooms: [id] })
      }
    }
    return seats
  }

  async crowd(shape: CrowdShape): Promise<MemberSpec[]> {
    const { clients: count } = shape
    const all = Array.from({ length: count }, (_, n) => n)
    const refreshTokens = await this.#nodes[0].database.with('parley', async (client) => {
      const nameOf = (n: number) => ({ username: `crowd.${n}`, displayName: `Crowd ${n}` })
      await addPeople(client, 0, all.map(nameOf))
      const tokens = await addSessions(client, 0, count)
      await addRooms(
        client,
        all.flatMap((person) => roomsOf(shape, person).map((room) => ({ room, person }))),
      )
      return tokens
    })
    const { address } = this
    return inTurns(refreshTokens, async (refreshToken, person) => {
      const { accessToken: token } = await this.people.refresh(refreshToken)
      return { address, token, rooms: roomsOf(shape, person).map(roomId) }
    })
  }

  kill(): Promise<void> {
    return this.#nodes[0].kill()
  }

  stop(): Promise<void> {
    return this.#nodes[0].stop()
  }

  run(): Promise<void> {
    return this.#nodes[0].run()
  }

  /** Every node has members, and senders, of its own. */
  #nodeOf(seat: number): ParleyNode {
    return this.#nodes[seat % this.#nodes.length] ?? this.#nodes[0]
  }

  async #room(name: string, members: readonly Person[]): Promise<string> {
    const id = this.#rooms.get(name) ?? (await this.people.room(name, members))
    this.#rooms.set(name, id)
    return id
  }
}
