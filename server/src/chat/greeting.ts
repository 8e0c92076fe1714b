import { Type } from 'typebox'
import type { Static } from 'typebox'
import type { Caller } from '../contract/caller.ts'
import { plainFrame, subprotocol } from '../contract/frames.ts'
import type { FrameDeclaration } from '../contract/frames.ts'
import { Id, Seq, Struct, Time, ref } from '../contract/schema.ts'
import { timestamp } from '../infra/clock.ts'
import type { Clock } from '../infra/clock.ts'
import type { Database } from '../infra/db.ts'
import type { ConnectionFacts, Greeter, Greeting, Hello } from '../realtime/greeter.ts'
import type { UserDirectory } from '../user/directory.ts'
import { OwnUser } from '../user/schema.ts'
import { roomGoneFrame } from './frames.ts'
import { listMemberships } from './member-queries.ts'
import { topicOf } from './log-reader.ts'
import { listRoomViews } from './room-view-queries.ts'
import { Room, maxRooms, maxText } from './schema.ts'

/** Missed entries past which a room, or a whole connection, starts afresh (S2). */
const replayOfRoom = 500
const replayInAll = 5000

export const ready = plainFrame(
  'ready',
  'control',
  'Who you are and all your rooms, in one snapshot. May come again and replaces the one before.',
  {
    connectionId: Id,
    sessionId: Id,
    protocol: Type.String({ examples: [subprotocol] }),
    epoch: Type.String({
      description: 'Names this history of the database; send it with hello.',
      examples: ['7428163047218291736-00000001'],
    }),
    userSeq: Type.Integer({ minimum: 0 }),
    serverTime: Time,
    heartbeatMs: Type.Integer({ examples: [25_000] }),
    limits: Struct({
      textLength: Type.Integer({ examples: [maxText] }),
      rooms: Type.Integer({ examples: [maxRooms] }),
    }),
    user: ref(OwnUser),
    blocks: Type.Array(Id, { description: 'Whom you block: fold their messages.' }),
    rooms: Type.Array(ref(Room)),
  },
)
type Ready = Static<typeof ready.schema>

export const reset = plainFrame(
  'reset',
  'control',
  'What you missed of this room is not replayed: throw it away, take it from ready, fetch again.',
  { room: Id, lastSeq: Seq },
)

export const greetingFrames: FrameDeclaration[] = [ready, reset]

interface GreetingsDeps {
  db: Database
  clock: Clock
  users: UserDirectory
}

/** What a socket is told after hello: `ready`, and from where each room goes on (S2, H3). */
export class Greetings implements Greeter {
  /** Cursors answered with a reset, since the start. */
  resets = 0
  readonly #deps: GreetingsDeps

  constructor(deps: GreetingsDeps) {
    this.#deps = deps
  }

  async topicsOf(userId: string): Promise<string[]> {
    const memberships = await listMemberships(this.#deps.db, userId)
    return memberships.map(({ roomId }) => topicOf(roomId))
  }

  stateSeqs(userIds: readonly string[]): Promise<Map<string, number>> {
    const { db, users } = this.#deps
    return users.listStateSeqs(db, userIds)
  }

  async greet(caller: Caller, hello: Hello, facts: ConnectionFacts): Promise<Greeting> {
    const frame = await this.#ready(caller, facts)
    const known = hello.epoch === undefined || hello.epoch === frame.epoch
    const cursors = new Map(Object.entries(hello.cursors))
    const frames: object[] = [frame]
    let replayed = 0
    const topics = frame.rooms.map((room) => {
      const { id, lastSeq, joinedSeq } = room
      const cursor = cursors.get(id)
      cursors.delete(id)
      const missing = lastSeq - (cursor ?? lastSeq)
      const fits = known && canReplay(room, cursor ?? lastSeq) && replayed + missing <= replayInAll
      if (cursor !== undefined && !fits) frames.push(this.#reset(id, lastSeq))
      if (fits) replayed += missing
      const after = fits ? (cursor ?? lastSeq) : lastSeq
      return { topic: topicOf(id), after, upTo: lastSeq, joinedSeq }
    })
    for (const room of cursors.keys()) frames.push(roomGoneFrame(room, frame.userSeq))
    return { frames, userSeq: frame.userSeq, topics }
  }

  #reset(room: string, lastSeq: number): object {
    this.resets++
    return { type: reset.type, room, lastSeq }
  }

  async #ready(caller: Caller, { connectionId, heartbeatMs }: ConnectionFacts): Promise<Ready> {
    const { db, clock, users } = this.#deps
    const { userId, sessionId } = caller
    return db.snapshot(async (view) => {
      const blocks = await users.listBlockedIds(view, userId)
      const rooms = await listRoomViews(view, { id: userId, blockedIds: blocks }, 'all')
      return {
        type: ready.type,
        connectionId,
        sessionId,
        protocol: subprotocol,
        heartbeatMs,
        epoch: db.epoch,
        serverTime: timestamp(clock),
        blocks,
        limits: { textLength: maxText, rooms: maxRooms },
        user: await users.getOwnUser(view, userId),
        userSeq: await users.getStateSeq(view, userId),
        rooms: rooms.map(({ room }) => room),
      }
    })
  }
}

/** A cursor goes on where it is possible, after the joining, visible, and not too far behind. */
function canReplay({ lastSeq, joinedSeq, visibleFrom }: Room, cursor: number): boolean {
  const floor = Math.max(joinedSeq, visibleFrom - 1)
  return cursor <= lastSeq && cursor >= floor && lastSeq - cursor <= replayOfRoom
}
