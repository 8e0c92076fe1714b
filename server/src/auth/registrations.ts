import type { RequestContext } from '../contract/endpoint.ts'
import { AppError } from '../contract/error-codes.ts'
import type { Database } from '../infra/db.ts'
import type { AccessTokens } from './access-tokens.ts'
import { deviceOf } from './device.ts'
import type { EmailAddresses } from './email-addresses.ts'
import type { Invitations } from './invitations.ts'
import type { NewAccounts } from './new-accounts.ts'
import type { Passwords } from './passwords.ts'
import type { PendingRegistrations } from './pending-registrations.ts'
import type { Registration, SignedIn } from './schema.ts'
import { grantOf } from './session-grant.ts'
import type { Sessions } from './sessions.ts'

/** REGISTRATION: who may create an account over HTTP. */
export type RegistrationPolicy = 'open' | 'verified' | 'invitation' | 'closed'

interface RegistrationsDeps {
  db: Database
  passwords: Pick<Passwords, 'requireTaken'>
  newAccounts: NewAccounts
  pending: PendingRegistrations
  invitations: Invitations
  emails: EmailAddresses
  sessions: Sessions
  tokens: AccessTokens
  policy: RegistrationPolicy
}

/** How strangers become people of this server. */
export class Registrations {
  readonly #deps: RegistrationsDeps

  constructor(deps: RegistrationsDeps) {
    this.#deps = deps
  }

  /** Undefined where the rest is said by mail. AppError `passwords_off`,
   *  `registration_closed`, `invitation_required`, `invalid_invitation`, `email_not_allowed`, `username_taken`,
   *  `email_taken`, and those of `Passwords.hashNew`. */
  async register(input: Registration, context: RequestContext): Promise<SignedIn | undefined> {
    const { policy, passwords, emails, invitations, pending } = this.#deps
    passwords.requireTaken()
    if (policy === 'closed') throw new AppError('registration_closed')
    emails.requireAllowed(input.email)
    if (policy === 'verified') {
      await pending.add(input)
      return undefined
    }
    const { invitation } = input
    if (policy === 'open') return this.#create(input, context)
    if (invitation === undefined) throw new AppError('invitation_required')
    await invitations.requireOpen(invitation) // before anyone spends time on hashing
    return this.#create(input, context, invitation)
  }

  async #create(
    input: Registration,
    context: RequestContext,
    invitation?: string,
  ): Promise<SignedIn> {
    const { db, newAccounts, invitations, emails, sessions, tokens } = this.#deps
    const wanted = { ...input, role: 'user' } as const
    await newAccounts.requireFree(wanted)
    const account = await newAccounts.prepare(wanted, input.password)
    const signedIn = await db.transaction(async (tx) => {
      const by = invitation === undefined ? undefined : await invitations.use(tx, invitation)
      const detail = by === undefined ? {} : { invitationId: by }
      const user = await newAccounts.create(tx, account, detail)
      const session = await sessions.start(tx, user.id, deviceOf(context, input.deviceName))
      return { user, session: await grantOf(tokens, session) }
    })
    emails.requestVerification(signedIn.user.id)
    return signedIn
  }
}
