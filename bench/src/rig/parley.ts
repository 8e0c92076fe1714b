import type { MemberSpec } from '../load/member.ts'
import type { Person } from './people.ts'
import { People } from './people.ts'
import type { ParleyNode } from './parley-node.ts'
import type { Shape, System } from './system.ts'

/** Parley on one node or several, with the people and rooms it knows. */
export class Parley implements System {
  readonly name = 'Parley'
  readonly dialect = 'parley'
  readonly people: People
  readonly #nodes: readonly ParleyNode[]
  readonly #rooms = new Map<string, string>()

  constructor(nodes: readonly [ParleyNode, ...ParleyNode[]]) {
    this.#nodes = nodes
    this.people = new People(nodes[0].url)
  }

  get pids(): number[] {
    return this.#nodes.map(({ pid }) => pid)
  }

  async seat({ rooms, members }: Shape): Promise<MemberSpec[]> {
    const people = await this.people.some(rooms * members)
    const seats: MemberSpec[] = []
    for (let room = 0; room < rooms; room++) {
      const crowd = people.slice(room * members, (room + 1) * members)
      const id = await this.#room(`${rooms} × ${members}, ${room}`, crowd)
      for (const { token } of crowd) {
        seats.push({ address: this.#nodeOf(seats.length).address, token, rooms: [id] })
      }
    }
    return seats
  }

  /** Every node has members of each room. */
  #nodeOf(seat: number): ParleyNode {
    return this.#nodes[seat % this.#nodes.length] as ParleyNode // there is at least one
  }

  async #room(name: string, members: readonly Person[]): Promise<string> {
    const id = this.#rooms.get(name) ?? (await this.people.room(name, members))
    this.#rooms.set(name, id)
    return id
  }
}
