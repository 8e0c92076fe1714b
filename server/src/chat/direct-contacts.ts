import type { DbHandle } from '../infra/db.ts'
import type { Contacts } from '../user/contacts.ts'
import { directKeyOf, findDirectRoomId } from './room-queries.ts'

/** Contacts are people who share a direct room. */
export class DirectContacts implements Contacts {
  async areContacts(db: DbHandle, userId: string, otherId: string): Promise<boolean> {
    return (await findDirectRoomId(db, directKeyOf(userId, otherId))) !== undefined
  }
}
