import type { RequestContext } from '../contract/endpoint.ts'
import { AppError } from '../contract/error-codes.ts'
import type { Database, Transaction } from '../infra/db.ts'
import type { UserAccounts } from '../user/accounts.ts'
import type { UserDirectory } from '../user/directory.ts'
import type { OwnUser } from '../user/schema.ts'
import type { CodeGuard } from './code-guard.ts'
import { deviceOf } from './device.ts'
import type { EmailAddresses } from './email-addresses.ts'
import type { Identities } from './identities.ts'
import type { Assertion } from './identity-assertion.ts'
import type { IdentityNewcomers } from './identity-newcomers.ts'
import type { Invitations } from './invitations.ts'
import type { OpenIdProvider } from './openid-providers.ts'
import type { RegistrationPolicy } from './registrations.ts'
import type { Sessions, StartedSession } from './sessions.ts'
import type { TwoFactor } from './two-factor.ts'

interface OpenIdAccountsDeps {
  db: Database
  accounts: UserAccounts
  directory: UserDirectory
  identities: Identities
  newcomers: IdentityNewcomers
  invitations: Invitations
  emails: EmailAddresses
  sessions: Sessions
  twoFactor: TwoFactor
  codeGuard: CodeGuard
  policy: RegistrationPolicy
}

export interface OpenIdArrival {
  provider: OpenIdProvider
  assertion: Assertion
  invitation: string | null
  deviceName: string | null
  /** Of the person's authenticator. */
  code?: string | undefined
  /** Runs first, in the same transaction. */
  before?: (tx: Transaction) => Promise<void>
}

export interface OpenIdSignedIn {
  user: OwnUser
  session: StartedSession
}

/** Which account somebody a provider vouches for has, and whether she gets one. */
export class OpenIdAccounts {
  readonly #deps: OpenIdAccountsDeps

  constructor(deps: OpenIdAccountsDeps) {
    this.#deps = deps
  }

  /** AppError `account_suspended`, `two_factor_required`, `invalid_code`, `rate_limited`; for a
   *  newcomer `registration_closed`, `invitation_required`, `invalid_invitation`,
   *  `email_not_allowed`, `email_taken`. */
  async signIn(arrival: OpenIdArrival, context: RequestContext): Promise<OpenIdSignedIn> {
    const { db, identities, codeGuard } = this.#deps
    const signIn = () => db.transaction((tx) => this.#signIn(tx, arrival, context))
    if (arrival.code === undefined) return signIn()
    const known = await identities.find(db, arrival.assertion)
    return known ? codeGuard.run(known.userId, context.address, signIn) : signIn()
  }

  async #signIn(
    tx: Transaction,
    arrival: OpenIdArrival,
    context: RequestContext,
  ): Promise<OpenIdSignedIn> {
    const { directory, sessions } = this.#deps
    await arrival.before?.(tx)
    const userId = (await this.#known(tx, arrival)) ?? (await this.#admit(tx, arrival))
    const device = deviceOf(context, arrival.deviceName ?? undefined)
    const session = await sessions.start(tx, userId, device)
    return { user: await directory.getOwnUser(tx, userId), session }
  }

  async #known(tx: Transaction, { assertion, code }: OpenIdArrival): Promise<string | undefined> {
    const { accounts, identities, twoFactor } = this.#deps
    const identity = await identities.find(tx, assertion)
    if (!identity) return undefined
    const account = await accounts.lock(tx, identity.userId)
    // Unlinked, or deleted with its account, while this one waited for the row.
    if (!account || !(await identities.find(tx, assertion))) throw new AppError('invalid_sign_in')
    if (account.status === 'suspended') throw new AppError('account_suspended')
    if (!assertion.severalFactors) await twoFactor.pass(tx, account.id, code)
    await identities.used(tx, identity, assertion)
    return account.id
  }

  async #admit(tx: Transaction, arrival: OpenIdArrival): Promise<string> {
    const { newcomers } = this.#deps
    const { provider, assertion, invitation } = arrival
    const detail = await this.#requireAdmitted(tx, arrival)
    await this.#requireNoAccount(tx, assertion)
    const by = invitation === null ? {} : detail
    return newcomers.create(tx, assertion, { provider: provider.name, ...by })
  }

  /** REGISTRATION and EMAIL_DOMAINS, unless the provider has its own rule. */
  async #requireAdmitted(
    tx: Transaction,
    { provider: { registration }, assertion, invitation }: OpenIdArrival,
  ): Promise<Readonly<Record<string, unknown>>> {
    const { policy, emails, invitations } = this.#deps
    if (registration === 'open') return {}
    if (registration === 'closed' || policy === 'closed') throw new AppError('registration_closed')
    emails.requireProved(assertion, policy === 'verified')
    if (policy !== 'invitation') return {}
    if (invitation === null) throw new AppError('invitation_required')
    return { invitationId: await invitations.use(tx, invitation) }
  }

  /** Whoever made an address sure at a provider is not thereby who has made it sure here: she says
   *  so herself, signed in. */
  async #requireNoAccount(tx: Transaction, { email, emailVerified }: Assertion): Promise<void> {
    if (email === undefined || !emailVerified) return
    const owner = await this.#deps.accounts.findByEmail(tx, email)
    if (!owner?.emailVerified) return
    throw new AppError('email_taken', {
      reason:
        'your e-mail address belongs to an account here; sign in to that and link the provider',
    })
  }
}
