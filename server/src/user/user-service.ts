import { AppError, Unauthenticated } from '../contract/error-codes.ts'
import { timestamp } from '../infra/clock.ts'
import type { Clock } from '../infra/clock.ts'
import type { Database } from '../infra/db.ts'
import type { AccountErasure, Texts } from './account-erasure.ts'
import { lockAdmins } from './admin-queries.ts'
import { listBlockPeers } from './block-queries.ts'
import type { Contacts } from './contacts.ts'
import { profileAfter, sameProfile } from './profile-change.ts'
import { lockProfileFields, replaceFieldValues } from './profile-field-queries.ts'
import type { LastSeenTo } from './profile-schema.ts'
import type { OwnUser, ProfileChange, UserProfile } from './schema.ts'
import type { UserEvents } from './user-events.ts'
import { findOwnUser, findProfile, lockUser, updateProfile } from './user-queries.ts'

interface UserServiceDeps {
  db: Database
  clock: Clock
  events: UserEvents
  contacts: Contacts
  erasure: AccountErasure
}

/** Profiles: one's own and everyone's. */
export class UserService {
  readonly #deps: UserServiceDeps

  constructor(deps: UserServiceDeps) {
    this.#deps = deps
  }

  /** As the viewer may see it. AppError `user_not_found`; suspended people keep their profile,
   *  deleted ones do not. */
  async getProfile(viewerId: string, userId: string): Promise<UserProfile> {
    const found = await findProfile(this.#deps.db, userId)
    if (!found) throw new AppError('user_not_found')
    const { lastSeenTo, ...profile } = found
    if (profile.lastSeenAt === null) return profile
    if (await this.#showsLastSeen(userId, lastSeenTo, viewerId)) return profile
    return { ...profile, lastSeenAt: null }
  }

  async #showsLastSeen(userId: string, to: LastSeenTo, viewerId: string): Promise<boolean> {
    const { db, contacts } = this.#deps
    if (viewerId === userId) return true
    if (to === 'nobody') return false
    if ((await listBlockPeers(db, userId)).includes(viewerId)) return false
    return to === 'everyone' || contacts.areContacts(db, userId, viewerId)
  }

  async getOwnUser(userId: string): Promise<OwnUser> {
    return still(await findOwnUser(this.#deps.db, userId))
  }

  /** Changes what is named, and tells the person's devices (`user.updated`). */
  async updateOwnUser(userId: string, change: ProfileChange): Promise<OwnUser> {
    const { db, clock, events } = this.#deps
    return db.transaction(async (tx) => {
      await lockUser(tx, userId)
      const before = still(await findOwnUser(tx, userId))
      const defined = change.fields ? await lockProfileFields(tx) : []
      const profile = profileAfter(before, change, { now: clock.now(), defined })
      if (sameProfile(before, profile)) return before
      await updateProfile(tx, userId, profile, timestamp(clock))
      if (change.fields) await replaceFieldValues(tx, userId, profile.fields)
      const after = still(await findOwnUser(tx, userId))
      await events.announceUser(tx, after)
      return after
    })
  }

  /** Deletes the account (account-erasure.ts). AppError `last_admin`. */
  async deleteOwnUser(userId: string, texts: Texts = 'keep'): Promise<void> {
    const { db, erasure } = this.#deps
    await db.transaction(async (tx) => {
      await lockAdmins(tx)
      const user = await findOwnUser(tx, userId)
      if (!user) return // a second call overtook this one
      await erasure.erase(tx, user, { actorId: userId, texts })
    })
  }
}

/** The caller, unless her account was deleted since she was authenticated. */
function still(user: OwnUser | undefined): OwnUser {
  if (!user) throw new Unauthenticated('ended')
  return user
}
