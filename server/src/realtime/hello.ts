import { Type } from 'typebox'
import type { Authenticator } from '../contract/caller.ts'
import { AppError, Unauthenticated } from '../contract/error-codes.ts'
import { declareCommand } from '../contract/frames.ts'
import { Id, Seq, Struct, Time } from '../contract/schema.ts'
import { requireScope, scopeOfCommand } from '../contract/scopes.ts'
import { uuid } from '../contract/uuid.ts'
import type { Connection } from './connection.ts'
import type { ConnectionCommand } from './dispatcher.ts'
import { live } from './frames.ts'
import type { Greeter, Greeting, Hello } from './greeter.ts'
import type { Hub } from './hub.ts'
import type { Presence } from './presence.ts'

/** S5 and S8. */
export const heartbeatMs = 25_000
const socketsPerPerson = 20

/** Hellos that are being answered at once (P7): more than come back after a node's end. */
const hellosAtOnce = 10_000
/** Rooms of one connection that catch up at once (S2). */
const roomsAtOnce = 8
/** Clients that are sent away come back spread over this time, in milliseconds. */
const comeBackMs = { soonest: 1000, spread: 4000 }

interface HelloDeps {
  authenticator: Authenticator
  greeter: Greeter
  hub: Hub
  presence: Presence
}

const token = Type.String({ minLength: 1, maxLength: 4096, description: 'An access token.' })

export const helloDeclaration = declareCommand('hello', {
  id: 'sayHello',
  description: 'The first frame, within five seconds: who you are and what you have (S1).',
  input: {
    token,
    epoch: Type.Optional(Type.String({ maxLength: 64, description: 'Of the last ready.' })),
    cursors: Type.Optional(
      // A format says nothing about the names of a record's members; a pattern does.
      Type.Record(Type.String({ pattern: uuid.source }), Seq, {
        additionalProperties: false,
        maxProperties: 1000,
        description: 'By room: the seq of the last entry you have.',
      }),
    ),
  },
  reply: Struct({ connectionId: Id, sessionId: Id }),
  errors: ['unauthenticated', 'overloaded', 'unavailable'],
})

export const renewDeclaration = declareCommand('token.renew', {
  id: 'renewToken',
  description: 'Replaces the access token by a newer one of the same session (S5).',
  input: { token },
  reply: Struct({ expiresAt: Time }),
  errors: ['unauthenticated', 'forbidden'],
})

/** `hello` and `token.renew`: how a connection becomes somebody's, and stays it. */
export class HelloCommands {
  readonly #deps: HelloDeps
  #underWay = 0

  constructor(deps: HelloDeps) {
    this.#deps = deps
  }

  list(): ConnectionCommand[] {
    return [
      {
        declaration: helloDeclaration,
        in: 'waiting',
        run: (connection, frame) => this.#closing(connection, () => this.#hello(connection, frame)),
      },
      {
        declaration: renewDeclaration,
        in: 'ready',
        run: (connection, frame) => this.#renew(connection, frame),
      },
    ]
  }

  async #hello(connection: Connection, frame: unknown) {
    // Validated by helloDeclaration.
    const { token, epoch, cursors = {} } = frame as { token: string } & Partial<Hello>
    const { authenticator, greeter, hub } = this.#deps
    const caller = await authenticator.authenticate(token)
    requireScope(caller.scopes, scopeOfCommand(helloDeclaration.type))
    if (!connection.greet(caller)) {
      throw new AppError('invalid_request', { reason: 'hello is said once a connection' })
    }
    await hub.enter(connection)
    // Once more, now that the end of the session would reach this connection (P6).
    await authenticator.authenticate(token)
    this.#makeRoom(connection)
    const followed = await greeter.topicsOf(caller.userId)
    await hub.topics.follow(connection, followed)
    const facts = { connectionId: connection.id, heartbeatMs }
    const greeting = await greeter.greet(caller, { epoch, cursors }, facts)
    await this.#settle(connection, followed, greeting)
    return {
      data: { connectionId: connection.id, sessionId: caller.sessionId },
      afterReply: () => this.#goLive(connection, greeting),
    }
  }

  /** Places the topics where the snapshot saw them. What changed between the two readings: rooms
   *  joined since are opened, left ones dropped. */
  async #settle(
    connection: Connection,
    followed: readonly string[],
    { topics: seen }: Greeting,
  ): Promise<void> {
    const { topics } = this.#deps.hub
    const known = new Set(followed)
    const current = new Set(seen.map(({ topic }) => topic))
    for (const { topic, upTo } of seen) if (known.has(topic)) topics.place(topic, upTo)
    const joined = [...current].filter((topic) => !known.has(topic))
    if (joined.length > 0) await topics.open(connection, joined)
    for (const topic of followed) if (!current.has(topic)) topics.detach(connection, topic)
  }

  #goLive(connection: Connection, { frames, userSeq, topics }: Greeting): void {
    const { hub } = this.#deps
    connection.becomeReady(frames, userSeq, () => {
      for (const { topic, after, joinedSeq } of topics) {
        hub.topics.setGate(connection, topic, after, joinedSeq)
      }
    })
    this.#deps.presence.enter(connection)
    // The database went away in mid-replay: the client comes back with its cursors.
    this.#catchUp(connection, topics).catch(() => connection.close('unavailable', someTime()))
  }

  /** A few rooms at a time, so that what they lack is read in few statements. */
  async #catchUp(connection: Connection, topics: Greeting['topics']): Promise<void> {
    const { hub } = this.#deps
    const pull = (): Promise<void> => connection.outbox.whenEmpty()
    const rest = topics
      .filter(({ topic, upTo }) => hub.topics.isBehind(connection, topic, upTo))
      .values()
    const walk = async (): Promise<void> => {
      for (const { topic, upTo } of rest) await hub.topics.catchUp(connection, topic, pull, upTo)
    }
    await Promise.all(Array.from({ length: roomsAtOnce }, walk))
    connection.send({ type: live.type })
  }

  /** The socket too many closes the person's least active one (S8). */
  #makeRoom(connection: Connection): void {
    const others = [...this.#deps.hub.connectionsOf(connection.userId)].filter(
      (other) => other !== connection,
    )
    if (others.length < socketsPerPerson) return
    others.toSorted((a, b) => a.lastHeardAt - b.lastHeardAt)[0]?.replace()
  }

  async #renew(connection: Connection, frame: unknown) {
    const { token } = frame as { token: string } // validated by renewDeclaration
    const caller = await this.#deps.authenticator.authenticate(token)
    if (caller.userId !== connection.userId || caller.sessionId !== connection.sessionId) {
      throw new AppError('forbidden', { reason: 'the token belongs to another session' })
    }
    connection.renew(caller)
    return { data: { expiresAt: new Date(caller.expiresAt).toISOString() } }
  }

  /** A refused hello is answered, then the socket closes with the code that says what to do; one
   *  too many leaves the first alone. */
  async #closing<T>(connection: Connection, hello: () => Promise<T>): Promise<T> {
    this.#underWay++
    try {
      if (this.#underWay > hellosAtOnce) {
        throw new AppError('overloaded', { retryAfterMs: someTime().afterMs })
      }
      return await hello()
    } catch (error) {
      if (error instanceof AppError && error.code === 'invalid_request') throw error
      setImmediate(() => {
        if (error instanceof Unauthenticated) connection.close(closeReasons[error.why])
        else if (error instanceof AppError && error.status < 500) connection.close('protocolError')
        else connection.close('unavailable', someTime())
      })
      throw error
    } finally {
      this.#underWay--
      // It closed while it was still being entered into its topics: nobody else takes it out.
      if (connection.state === 'closed') this.#deps.hub.leave(connection)
    }
  }
}

/** When to come back: another time for each, so that they do not all come at once. */
function someTime(): { afterMs: number } {
  return { afterMs: comeBackMs.soonest + Math.round(Math.random() * comeBackMs.spread) }
}

const closeReasons = {
  invalid: 'tokenInvalid',
  expired: 'tokenExpired',
  ended: 'sessionEnded',
} as const satisfies Record<Unauthenticated['why'], string>
