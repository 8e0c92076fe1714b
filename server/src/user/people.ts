import type { Clock } from '../infra/clock.ts'
import type { Database } from '../infra/db.ts'
import { AccountAccess } from './account-access.ts'
import type { Entrances } from './account-access.ts'
import type { AccountEnd } from './account-end.ts'
import { AccountErasure } from './account-erasure.ts'
import type { AuditLog } from './audit-log.ts'
import type { Avatars } from './avatars.ts'
import { BlockService } from './block-service.ts'
import type { Contacts } from './contacts.ts'
import { LastSeen } from './last-seen.ts'
import { ProfileFields } from './profile-fields.ts'
import { SuspensionEnds } from './suspension-ends.ts'
import { UserAdministration } from './user-administration.ts'
import type { UserEvents } from './user-events.ts'
import { UserSearch } from './user-search.ts'
import { UserService } from './user-service.ts'

export interface PeopleDeps {
  db: Database
  clock: Clock
  events: UserEvents
  audit: AuditLog
  avatars: Avatars
  contacts: Contacts
  entrances: Entrances
  /** In the order in which they lock (account-end.ts). */
  accountEnds: readonly AccountEnd[]
  roleChanged: (userId: string) => void
  blocksChanged: (userId: string, blockedId: string) => void
  onError: (error: unknown) => void
}

/** What the doors call about people, once each. */
export function createPeople({ blocksChanged, ...deps }: PeopleDeps) {
  const erasure = new AccountErasure(deps)
  const administration = new UserAdministration({ ...deps, erasure })
  return {
    users: new UserService({ ...deps, erasure }),
    avatars: deps.avatars,
    search: new UserSearch(deps),
    blocks: new BlockService({ ...deps, changed: blocksChanged }),
    profileFields: new ProfileFields(deps),
    administration,
    lastSeen: new LastSeen(deps),
    access: new AccountAccess(deps),
    suspensionEnds: new SuspensionEnds({ ...deps, administration }),
  }
}
