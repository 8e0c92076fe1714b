import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { chatWorld } from '../../test/chat-world.ts'
import type { ChatWorld, Heard } from '../../test/chat-world.ts'
import * as audit from '../../test/room-audit.ts'
import { RoomReplica } from '../../test/room-replica.ts'
import type { Caller } from '../contract/caller.ts'
import { AppError } from '../contract/error-codes.ts'
import type { Room, SentMessage } from './schema.ts'

const names = ['ada', 'ben', 'cleo', 'dora'] as const
const kinds = [
  { kind: 'channel' },
  { kind: 'group' },
  { kind: 'group', history: 'sinceJoin' },
] as const

/** What a step has to do with: two people, a room, a number for whatever else. */
interface Aim {
  caller: Caller
  other: Caller
  id: string
  pick: number
  clientIds: readonly string[]
  /** A message of the room, and as often as not its author; else whoever calls. */
  seq: number
  author: Caller
}

let world: ChatWorld
const acts = {
  send: ({ caller, id, pick }: Aim) => {
    const replyTo = pick % 4 === 0 ? pick : null
    const text = `message ${pick}`
    return world.messages.send(caller, id, { clientId: randomUUID(), text, replyTo })
  },
  repeat: ({ caller, id, pick, clientIds }: Aim) => {
    const clientId = clientIds[pick % 3] ?? ''
    return world.messages.send(caller, id, { clientId, text: `repeat ${pick % 2}` })
  },
  edit: ({ author, id, seq }: Aim) => world.messages.edit(author, id, seq, randomUUID()),
  delete: ({ author, id, seq }: Aim) => world.messages.delete(author, id, seq),
  add: ({ caller, other, id }: Aim) => world.members.put(caller, id, other.userId, undefined),
  remove: ({ caller, other, id }: Aim) => world.members.remove(caller, id, other.userId),
  leave: ({ caller, id }: Aim) => world.members.remove(caller, id, 'me'),
  join: ({ caller, id }: Aim) => world.rooms.join(caller, id),
  role: ({ caller, other, id, pick }: Aim) => {
    const role = (['member', 'admin', 'owner'] as const)[pick % 3]
    return world.members.put(caller, id, other.userId, role)
  },
  rename: ({ caller, id, pick }: Aim) => world.rooms.change(caller, id, { name: `name ${pick}` }),
  archive: ({ caller, id, pick }: Aim) =>
    world.rooms.change(caller, id, { archived: pick % 4 === 0 }),
  read: ({ caller, id, seq }: Aim) => world.readMarks.set(caller, id, seq),
}

const step = fc.record({
  act: fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom('send', 'edit', 'delete', 'read') },
    { weight: 2, arbitrary: fc.constantFrom('add', 'join', 'repeat') },
    { weight: 1, arbitrary: fc.constantFrom('remove', 'leave', 'role', 'rename', 'archive') },
  ),
  who: fc.nat({ max: names.length - 1 }),
  whom: fc.nat({ max: names.length - 1 }),
  room: fc.nat({ max: kinds.length - 1 }),
  pick: fc.integer({ min: 2, max: 20 }),
})
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never
/** The steps of one list are taken at once, the lists one after the other. */
const story = fc.array(fc.array(step, { minLength: 1, maxLength: 6 }), {
  minLength: 6,
  maxLength: 14,
})

describe('whatever people do in rooms, at once or one after the other', () => {
  let people: Caller[]

  beforeAll(async () => {
    world = await chatWorld()
    people = await Promise.all(names.map((name) => world.person(name)))
  })
  afterAll(() => world.close())

  const person = (at: number): Caller => people[at] ?? expect.unreachable()

  /** Refusals are answers like others; anything else is a fault. */
  async function take(steps: readonly Step[], rooms: readonly Room[], sent: SentMessage[]) {
    const running = steps.map(({ act, who, whom, room, pick }) => {
      const [caller, other, id] = [person(who), person(whom), rooms[room]?.id ?? '']
      const known = sent.filter(({ roomId }) => roomId === id)
      const message = known[pick % Math.max(known.length, 1)]
      const written = people.find(({ userId }) => userId === message?.author.id)
      const author = (pick % 2 === 0 && written) || caller
      const clientIds = rooms.map((one) => one.id) // as good as any
      return acts[act]({ caller, other, id, pick, clientIds, author, seq: message?.seq ?? pick })
    })
    const settled = Promise.allSettled<unknown>(running)
    await world.readMarks.drain() // nobody waits for the end of a second
    for (const result of await settled) {
      if (result.status === 'fulfilled' && isSent(result.value)) sent.push(result.value)
      if (result.status === 'rejected' && !(result.reason instanceof AppError)) throw result.reason
    }
  }

  async function begin() {
    const [ada, ben, cleo] = [person(0), person(1), person(2)]
    const rooms = await Promise.all(kinds.map((kind) => world.room(ada, [ben, cleo], kind)))
    const listeners = await Promise.all(
      people.map(async (who) => {
        const mine = who === person(3) ? [] : rooms
        return { who, heard: await world.listen(who, ...mine) }
      }),
    )
    const replicas = await Promise.all(rooms.map(({ id }) => RoomReplica.read(world, ada, id)))
    return { rooms, listeners, replicas }
  }

  it('P2 P4 L5 L7 the log is dense, pushes are its slices, counts are exact, versions only grow', async () => {
    await fc.assert(
      fc.asyncProperty(story, async (lists) => {
        const { rooms, listeners, replicas } = await begin()
        const sent: SentMessage[] = []
        for (const steps of lists) await take(steps, rooms, sent)
        const ada = person(0).userId
        const contents = new Map<string, string>()
        for (const [at, { id, lastSeq }] of rooms.entries()) {
          const log = await audit.auditLog(world, id)
          audit.auditContents(log, contents)
          for (const { who, heard } of listeners) {
            await vi.waitFor(() => audit.auditStream(who, log, heard.log(id), lastSeq))
            audit.auditContents(heard.log(id), contents)
          }
          const stayed = !log.some(
            ({ type, data }) => type === 'member.left' && data.userId === ada,
          )
          if (stayed) await compare(replicas[at], listeners[0]?.heard.frames ?? [], id)
        }
        for (const who of people) await audit.auditUnread(world, who, rooms)
        await audit.auditOwners(world)
      }),
      { numRuns: 12, seed: 20_261_122, endOnFailure: true },
    )
  })

  /** What someone kept up by events, who was there all the time, is what she would read now. */
  async function compare(kept: RoomReplica | undefined, frames: readonly Heard[], roomId: string) {
    for (const frame of frames) kept?.apply(frame)
    const fresh = await RoomReplica.read(world, person(0), roomId)
    expect(kept && withoutReceipts(kept)).toEqual(withoutReceipts(fresh))
  }
})

function isSent(value: unknown): value is SentMessage {
  return typeof value === 'object' && value !== null && 'repeated' in value
}

/** Receipts may be dropped or overtaken. */
function withoutReceipts(replica: RoomReplica) {
  const { room, members, messages } = replica.state()
  return { room, messages, members: members.map((member) => ({ ...member, readSeq: undefined })) }
}
