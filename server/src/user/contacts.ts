import type { DbHandle } from '../infra/db.ts'

/** Who knows whom, as the service of rooms tells. */
export interface Contacts {
  /** Whether these two share a direct room. */
  areContacts(db: DbHandle, userId: string, otherId: string): Promise<boolean>
}
