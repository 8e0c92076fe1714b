import { AppError } from '../contract/error-codes.ts'
import type { Database } from '../infra/db.ts'
import { lockAdmins, requireAdmin } from './admin-queries.ts'
import type { AuditLog } from './audit-log.ts'
import { cleanDisplayName } from './display-name.ts'
import { listProfileFields, replaceProfileFields } from './profile-field-queries.ts'
import type { ProfileField } from './profile-schema.ts'

interface ProfileFieldsDeps {
  db: Database
  audit: AuditLog
}

/** What profiles hold on this server beside the product's own fields. */
export class ProfileFields {
  readonly #deps: ProfileFieldsDeps

  constructor(deps: ProfileFieldsDeps) {
    this.#deps = deps
  }

  /** In the order in which they are shown. */
  async list(): Promise<ProfileField[]> {
    return listProfileFields(this.#deps.db)
  }

  /** The whole list at once. What people wrote into a field that goes, or changes its kind, goes
   *  with it. AppError `forbidden`, `invalid_request`. */
  async replace(callerId: string, given: readonly ProfileField[]): Promise<ProfileField[]> {
    const { db, audit } = this.#deps
    const keys = given.map(({ key }) => key)
    for (const [at, key] of keys.entries()) {
      if (keys.indexOf(key) < at) throw repeated(at)
    }
    const fields = given.map((field, at) => {
      return { ...field, label: cleanDisplayName(field.label, `/items/${at}/label`) }
    })
    return db.transaction(async (tx) => {
      await lockAdmins(tx) // one change of the list at a time
      await requireAdmin(tx, callerId)
      await replaceProfileFields(tx, fields)
      const who = { actorId: callerId, subjectId: null }
      await audit.record(tx, { ...who, action: 'profile_fields.changed', detail: { keys } })
      return listProfileFields(tx)
    })
  }
}

function repeated(at: number): AppError {
  const errors = [{ pointer: `/items/${at}/key`, detail: 'is there twice' }]
  return new AppError('invalid_request', { errors })
}
