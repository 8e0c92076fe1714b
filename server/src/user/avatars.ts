import { AppError, Unauthenticated } from '../contract/error-codes.ts'
import type { BlobStore } from '../infra/blobs.ts'
import { timestamp } from '../infra/clock.ts'
import type { Clock } from '../infra/clock.ts'
import type { Database, DbHandle, Transaction } from '../infra/db.ts'
import { requireAdmin } from './admin-queries.ts'
import type { AuditLog } from './audit-log.ts'
import { avatarPath, drawnAddressOf, keyOf, newAddress } from './avatar-address.ts'
import { drawAvatar } from './avatar-drawing.ts'
import { AvatarImages, avatarSizes } from './avatar-images.ts'
import type { AvatarSize } from './avatar-images.ts'
import { findFace, findOwnAvatar, updateAvatar } from './avatar-queries.ts'
import type { OwnUser } from './schema.ts'
import type { UnusedFiles } from './unused-files.ts'
import type { UserEvents } from './user-events.ts'
import { findOwnUser, lockUser } from './user-queries.ts'

interface AvatarsDeps {
  db: Database
  clock: Clock
  blobs: BlobStore
  events: UserEvents
  audit: AuditLog
  unusedFiles: UnusedFiles
  /** Where a picture could not be read. */
  onError: (error: unknown) => void
}

/** What an address of a picture leads to. */
export type Picture =
  | { kind: 'stored'; content: Buffer }
  | { kind: 'drawn'; content: string; isLasting: boolean }
  | { kind: 'moved'; to: string }

const mediaType = 'image/webp'

/** The pictures of people: their own, or one drawn from their names. */
export class Avatars {
  readonly #deps: AvatarsDeps
  readonly #images = new AvatarImages()

  constructor(deps: AvatarsDeps) {
    this.#deps = deps
  }

  /** Makes this her picture, and tells her devices (`user.updated`). AppError
   *  `unsupported_media_type`, `payload_too_large`, `invalid_request`. */
  async set(userId: string, file: Buffer): Promise<OwnUser> {
    const { db, blobs, unusedFiles } = this.#deps
    const pictures = await this.#images.render(file)
    const address = newAddress(userId)
    await unusedFiles.announce(keysOf(address))
    for (const size of avatarSizes) {
      await blobs.put(requireKey(address, size), pictures[size], mediaType)
    }
    return db.transaction(async (tx) => {
      const own = await this.#change(tx, userId, address)
      if (!own) throw new Unauthenticated('ended')
      return own
    })
  }

  /** The drawn one is shown again. */
  async remove(userId: string): Promise<void> {
    await this.#deps.db.transaction((tx) => this.#change(tx, userId, null))
  }

  /** An administrator does it for another. AppError `forbidden`, `user_not_found`. */
  async removeOf(callerId: string, userId: string): Promise<void> {
    const { db, audit } = this.#deps
    await db.transaction(async (tx) => {
      await requireAdmin(tx, callerId)
      await lockUser(tx, userId)
      const before = await findOwnAvatar(tx, userId)
      if (!(await this.#change(tx, userId, null))) throw new AppError('user_not_found')
      if (before === null) return
      const who = { actorId: callerId, subjectId: userId }
      await audit.record(tx, { ...who, action: 'user.avatar_removed' })
    })
  }

  /** With her account; her row is emptied by whoever calls. */
  async discard(tx: Transaction, userId: string): Promise<void> {
    await lockUser(tx, userId) // an upload that is under way comes before, or not at all
    const address = await findOwnAvatar(tx, userId)
    if (address !== null) await this.#deps.unusedFiles.discard(tx, keysOf(address))
  }

  /** Her own picture in its largest size, for what she takes along; undefined where she has none. */
  async own(db: DbHandle, userId: string): Promise<Buffer | undefined> {
    const address = await findOwnAvatar(db, userId)
    return address === null ? undefined : this.#deps.blobs.get(requireKey(address, 256))
  }

  /** What is at `/v1/avatars/{userId}/{name}`. An address that stands for what she showed before
   *  leads to what she shows now. AppError `not_found`. */
  async open(userId: string, name: string, size: AvatarSize): Promise<Picture> {
    const address = `${avatarPath}/${userId}/${name}`
    const key = keyOf(address, size)
    const content = key && (await this.#read(key))
    if (content) return { kind: 'stored', content }
    const face = await findFace(this.#deps.db, userId)
    if (!face) throw new AppError('not_found')
    if (face.address !== address) return { kind: 'moved', to: face.address }
    // Where her file is lost, or out of reach, something is shown; but not for long.
    const isLasting = address === drawnAddressOf(userId, face.displayName)
    return { kind: 'drawn', content: drawAvatar(userId, face.displayName), isLasting }
  }

  async #read(key: string): Promise<Buffer | undefined> {
    const { blobs, onError } = this.#deps
    try {
      return await blobs.get(key)
    } catch (error) {
      const isTold = error instanceof AppError && error.cause === undefined
      if (!isTold) onError(error)
      return undefined
    }
  }

  /** undefined where there is no such person any more. */
  async #change(
    tx: Transaction,
    userId: string,
    address: string | null,
  ): Promise<OwnUser | undefined> {
    const { clock, events, unusedFiles } = this.#deps
    await lockUser(tx, userId)
    const user = await findOwnUser(tx, userId)
    if (!user) return undefined
    const before = await findOwnAvatar(tx, userId)
    if (address !== null) await unusedFiles.use(tx, keysOf(address))
    if (before === address) return user
    if (before !== null) await unusedFiles.discard(tx, keysOf(before))
    await updateAvatar(tx, userId, address, timestamp(clock))
    const after = await findOwnUser(tx, userId)
    if (after) await events.announceUser(tx, after)
    return after
  }
}

function keysOf(address: string): string[] {
  return avatarSizes.map((size) => requireKey(address, size))
}

function requireKey(address: string, size: AvatarSize): string {
  const key = keyOf(address, size)
  if (key === undefined) throw new Error(`no address of a stored picture: ${address}`)
  return key
}
