import { Type } from 'typebox'
import type { Static } from 'typebox'
import type { Caller } from '../contract/caller.ts'
import { Unauthenticated } from '../contract/error-codes.ts'
import { plainFrame, subprotocol } from '../contract/frames.ts'
import type { FrameDeclaration } from '../contract/frames.ts'
import { Id, Seq, Struct, Time, ref } from '../contract/schema.ts'
import { hasScope } from '../contract/scopes.ts'
import { timestamp } from '../infra/clock.ts'
import type { Clock } from '../infra/clock.ts'
import type { Database } from '../infra/db.ts'
import { Gather } from '../infra/gather.ts'
import type { ConnectionFacts, Greeter, Greeting, Hello } from '../realtime/greeter.ts'
import type { OwnState, UserDirectory } from '../user/directory.ts'
import { OwnUser, withoutAddress } from '../user/schema.ts'
import { roomGoneFrame } from './frames.ts'
import { listRoomIds } from './member-queries.ts'
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

/** People greeted in one snapshot, and snapshots at a time. */
const greetedAtOnce = 100
const snapshotsAtOnce = 2
const listedAtOnce = 500

/** A person and her rooms, of one snapshot. */
interface Standing {
  own: OwnState
  rooms: Room[]
}

/** What a socket is told after hello: `ready`, and from where each room goes on (S2, H3). */
export class Greetings implements Greeter {
  /** Cursors answered with a reset, since the start. */
  resets = 0
  readonly #deps: GreetingsDeps
  // Thousands of clients come back at once: their hellos are answered by few statements.
  readonly #roomIds = new Gather<string, readonly string[]>({
    size: listedAtOnce,
    run: (userIds) => this.#listRoomIds(userIds),
  })
  readonly #standings = new Gather<string, Standing>({
    size: greetedAtOnce,
    atOnce: snapshotsAtOnce,
    keyOf: (userId) => userId,
    run: (userIds) => this.#listStandings(userIds),
  })

  constructor(deps: GreetingsDeps) {
    this.#deps = deps
  }

  async topicsOf(userId: string): Promise<string[]> {
    return (await this.#roomIds.ask(userId)).map(topicOf)
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
    const { db, clock } = this.#deps
    const { userId, sessionId, scopes } = caller
    const { own, rooms } = await this.#standings.ask(userId)
    return {
      type: ready.type,
      connectionId,
      sessionId,
      protocol: subprotocol,
      heartbeatMs,
      epoch: db.epoch,
      serverTime: timestamp(clock),
      blocks: [...own.blockedIds],
      limits: { textLength: maxText, rooms: maxRooms },
      user: hasScope(scopes, 'people:read') ? own.user : withoutAddress(own.user),
      userSeq: own.stateSeq,
      rooms,
    }
  }

  async #listRoomIds(userIds: readonly string[]): Promise<(readonly string[])[]> {
    const lists = await listRoomIds(this.#deps.db, userIds)
    const byUser = new Map(lists.map(({ userId, roomIds }) => [userId, roomIds]))
    return userIds.map((userId) => byUser.get(userId) ?? [])
  }

  /** One snapshot for all of them. Whose account is gone has no session either. */
  async #listStandings(userIds: readonly string[]): Promise<(Standing | Error)[]> {
    const { db, users } = this.#deps
    return db.snapshot(async (view) => {
      const states = await users.listOwnStates(view, userIds)
      const viewers = [...states].map(([id, { blockedIds }]) => ({ id, blockedIds }))
      const rooms = new Map(viewers.map(({ id }): [string, Room[]] => [id, []]))
      for (const { viewerId, room } of await listRoomViews(view, viewers, 'all')) {
        rooms.get(viewerId)?.push(room)
      }
      return userIds.map((userId) => {
        const own = states.get(userId)
        return own ? { own, rooms: rooms.get(userId) ?? [] } : new Unauthenticated('ended')
      })
    })
  }
}

/** A cursor goes on where it is possible, after the joining, visible, and not too far behind. */
function canReplay({ lastSeq, joinedSeq, visibleFrom }: Room, cursor: number): boolean {
  const floor = Math.max(joinedSeq, visibleFrom - 1)
  return cursor <= lastSeq && cursor >= floor && lastSeq - cursor <= replayOfRoom
}
