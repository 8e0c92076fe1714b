import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Caller } from '../contract/caller.ts'
import { AppError } from '../contract/error-codes.ts'
import { defaultLimit } from '../contract/schema.ts'
import type { Clock } from '../infra/clock.ts'
import { timestamp } from '../infra/clock.ts'
import type { Database } from '../infra/db.ts'
import { TokenBucket } from '../infra/token-bucket.ts'
import { enterRoom, permit, requireMember, requireOpen } from './access.ts'
import {
  deleteMessageText,
  findMessagePage,
  findVisibleMessage,
  updateMessageText,
} from './message-queries.ts'
import type { PageBounds } from './message-queries.ts'
import type { MessageStore } from './message-store.ts'
import type { RoomLog } from './room-log.ts'
import type { Message, MessagePage, SentMessage } from './schema.ts'

interface MessagesDeps {
  db: Database
  clock: Clock
  log: RoomLog
  store: MessageStore
  limitScale: number
}

export interface SendInput {
  clientId: string
  text: string
  replyTo?: number | null
}

type PageRequest = Partial<PageBounds>

/** Messages: sent, read, edited, deleted. */
export class Messages {
  readonly #deps: MessagesDeps
  /** Sends of a person, 10 a second with a burst of 50, over both doors (S8). */
  readonly #buckets = new LRUCache<string, TokenBucket>({ max: 50_000 })

  constructor(deps: MessagesDeps) {
    this.#deps = deps
  }

  /** Stores a message once, however often it is sent with this clientId (P3). */
  async send(caller: Caller, roomId: string, input: SendInput): Promise<SentMessage> {
    const { clock, store } = this.#deps
    const { userId } = caller
    const waitMs = this.#bucketOf(userId).take()
    if (waitMs > 0) throw new AppError('rate_limited', { retryAfterMs: waitMs })
    const { clientId, text, replyTo = null } = input
    return store.append({
      roomId,
      authorId: userId,
      clientId,
      text,
      replyTo,
      style: 'text',
      fingerprint: fingerprintOf(text, replyTo),
      at: timestamp(clock),
    })
  }

  #bucketOf(userId: string): TokenBucket {
    const { clock, limitScale } = this.#deps
    const known = this.#buckets.get(userId)
    if (known) return known
    const bucket = new TokenBucket(clock, 10 * limitScale, 50 * limitScale)
    this.#buckets.set(userId, bucket)
    return bucket
  }

  /** A page by ascending seq: the latest, or what lies before, after or around a seq. */
  async page(caller: Caller, roomId: string, request: PageRequest): Promise<MessagePage> {
    const { limit = defaultLimit, ...bounds } = request
    if (Object.values(bounds).filter((bound) => bound !== undefined).length > 1) {
      throw new AppError('invalid_request', {
        errors: [
          { pointer: '/before', detail: 'only one of before, after and around can be given' },
        ],
      })
    }
    const { db } = this.#deps
    const page = await findMessagePage(db, roomId, caller.userId, { ...bounds, limit })
    return page ?? (await this.#refuse(caller, roomId))
  }

  async get(caller: Caller, roomId: string, seq: number): Promise<Message> {
    const message = await findVisibleMessage(this.#deps.db, roomId, seq, caller.userId)
    return message ?? (await this.#refuse(caller, roomId))
  }

  /** Says why there was nothing: the room is hidden, not joined, or has no such message. */
  async #refuse(caller: Caller, roomId: string): Promise<never> {
    await requireMember(this.#deps.db, roomId, caller.userId)
    throw new AppError('message_not_found')
  }

  /** Replaces the text of one's own message. */
  async edit(caller: Caller, roomId: string, seq: number, text: string): Promise<Message> {
    const { db, clock, log } = this.#deps
    const { userId } = caller
    return db.transaction(async (tx) => {
      const membered = await enterRoom(tx, roomId, userId)
      const message = await findVisibleMessage(tx, roomId, seq, userId)
      if (!message || message.deletedAt !== null) throw new AppError('message_not_found')
      requireOpen(membered.room)
      if (message.author.id !== userId) throw new AppError('forbidden')
      if (message.text === text) return message
      const at = timestamp(clock)
      const change = { type: 'message.edited', actorId: userId, subjectSeq: seq, at } as const
      const version = await log.append(tx, { roomId, ...change })
      await updateMessageText(tx, { roomId, seq, text, version, at })
      await log.announce(tx, roomId, version)
      return { ...message, text, version, editedAt: at }
    })
  }

  /** Deletes one's own message, or anyone's as an admin of the room; its place stays. */
  async delete(caller: Caller, roomId: string, seq: number): Promise<Message> {
    const { db, clock, log } = this.#deps
    const { userId } = caller
    return db.transaction(async (tx) => {
      const membered = await enterRoom(tx, roomId, userId)
      const message = await findVisibleMessage(tx, roomId, seq, userId)
      if (!message) throw new AppError('message_not_found')
      permit(membered, message.author.id === userId ? 'deleteOwn' : 'deleteAny')
      if (message.deletedAt !== null) return message
      requireOpen(membered.room)
      const at = timestamp(clock)
      const change = { type: 'message.deleted', actorId: userId, subjectSeq: seq, at } as const
      const version = await log.append(tx, { roomId, ...change })
      await deleteMessageText(tx, { roomId, seq, version, at })
      await log.announce(tx, roomId, version)
      return { ...message, text: null, version, deletedAt: at }
    })
  }
}

/** What a repeat is compared with: the input as it was first sent. */
export function fingerprintOf(text: string, replyTo: number | null): Buffer {
  return hash('sha256', JSON.stringify([text, replyTo]), 'buffer')
}
