import { timingSafeEqual } from 'node:crypto'
import type { RequestContext } from '../contract/endpoint.ts'
import { AppError } from '../contract/error-codes.ts'
import { timestamp } from '../infra/clock.ts'
import type { Clock } from '../infra/clock.ts'
import type { Database } from '../infra/db.ts'
import type { AccountEnd, EndReason } from '../user/account-end.ts'
import type { Transaction } from '../infra/db.ts'
import type { Assertion } from './identity-assertion.ts'
import type { Identities } from './identities.ts'
import type { Identity } from './identity-schema.ts'
import type { OpenIdAccounts, OpenIdSignedIn } from './openid-accounts.ts'
import type { OpenIdProviders } from './openid-providers.ts'
import {
  deleteExpiredOpenId,
  deleteOpenIdOf,
  deleteTicket,
  findTicket,
  insertLogin,
  insertTicket,
  takeLogin,
} from './openid-queries.ts'
import type { OpenIdLogin, OpenIdTicketRow } from './openid-queries.ts'
import type { ReturnAddresses } from './openid-returns.ts'
import type { IdentityTicket, OpenIdStart, OpenIdTicket } from './openid-schema.ts'
import { hashOf, newSecret } from './secret.ts'
import { secretInCookie, signInCookie } from './sign-in-cookie.ts'

/** How long a person may take at the provider, and a ticket to be used, in seconds. */
const loginLasts = 600
const ticketLasts = 300

interface OpenIdFlowsDeps {
  db: Database
  clock: Clock
  providers: OpenIdProviders
  openIdAccounts: OpenIdAccounts
  identities: Identities
  returns: ReturnAddresses
}

export interface Begun {
  url: string
  /** For Set-Cookie, in a browser. */
  cookie?: string
}

/** What came of it, and where the browser goes on. */
export interface CameBack {
  location: string
  signedIn?: OpenIdSignedIn
}

/** Signing in with a provider (OpenID Connect, authorisation code with PKCE), from leaving this server
 *  to coming back. What only the browser holds (a cookie), or only the app (the secret behind its
 *  challenge), ties both ends together: nobody can make another finish what she began. */
export class OpenIdFlows implements AccountEnd {
  readonly #deps: OpenIdFlowsDeps

  constructor(deps: OpenIdFlowsDeps) {
    this.#deps = deps
  }

  /** With `userId` the identity is linked to that account. AppError `provider_not_found`,
   *  `provider_unavailable`, `invalid_request`. */
  async begin(
    provider: string,
    start: OpenIdStart,
    { cookie }: RequestContext,
    userId: string | null = null,
  ): Promise<Begun> {
    const { db, clock, providers, returns } = this.#deps
    const { challenge, returnTo, invitation = null, deviceName = null } = start
    const inApp = challenge !== undefined
    // Another tab of this browser may be on its way too: both come back with one cookie.
    const secret = secretInCookie(cookie) ?? newSecret()
    const checks = { state: newSecret(), nonce: newSecret(), codeVerifier: newSecret() }
    const { nonce, codeVerifier } = checks
    const login = {
      provider,
      nonce,
      codeVerifier,
      inApp,
      userId,
      invitation,
      deviceName,
      binding: inApp ? Buffer.from(challenge, 'base64url') : hashOf(secret),
      returnTo: inApp ? returns.app(returnTo) : returns.page(returnTo),
    }
    const url = await providers.urlFor(provider, checks)
    const expiresAt = new Date(clock.now() + loginLasts * 1000).toISOString()
    await insertLogin(db, hashOf(checks.state), login, expiresAt)
    return inApp ? { url } : { url, cookie: signInCookie(secret, loginLasts) }
  }

  /** AppError `invalid_sign_in` where nothing says where to go on; otherwise whatever goes wrong is
   *  thrown for a program, and told to the page or the app for a browser that shows pages. */
  async comeBack(
    provider: string,
    answer: Readonly<Record<string, string>>,
    context: RequestContext,
  ): Promise<CameBack> {
    const { db, clock } = this.#deps
    const { state = '' } = answer
    const login = await takeLogin(db, hashOf(state), provider, timestamp(clock))
    if (!login) throw new AppError('invalid_sign_in')
    if (!login.inApp) requireHolder(login.binding, secretInCookie(context.cookie))
    try {
      return await this.#finish(login, answer, context)
    } catch (error) {
      if (!(error instanceof AppError) || !showsPages(context)) throw error
      return { location: withOutcome(login, 'error', error.code) }
    }
  }

  /** Signs in with what the address that was returned to held. It stays good where a code is asked
   *  for. AppError `invalid_sign_in` and those of `OpenIdAccounts.signIn`. */
  async redeem(request: OpenIdTicket, context: RequestContext): Promise<OpenIdSignedIn> {
    const { providers, openIdAccounts } = this.#deps
    const row = await this.#ticket(request, context)
    if (row.userId !== null) throw new AppError('invalid_sign_in')
    const { assertion, invitation, deviceName } = row
    const provider = providers.get(row.provider)
    const before = (tx: Transaction) => use(tx, request.ticket)
    const arrival = { provider, assertion, invitation, deviceName, code: request.code, before }
    return openIdAccounts.signIn(arrival, context)
  }

  /** Links what an app came back with. AppError `invalid_sign_in`, `identity_taken`. */
  async redeemLink(
    userId: string,
    request: IdentityTicket,
    context: RequestContext,
  ): Promise<Identity> {
    const row = await this.#ticket(request, context)
    if (row.userId !== userId) throw new AppError('invalid_sign_in')
    return this.#deps.db.transaction(async (tx) => {
      await use(tx, request.ticket)
      return this.#deps.identities.link(tx, userId, row.assertion)
    })
  }

  async accountEnded(tx: Transaction, userId: string, reason: EndReason): Promise<void> {
    if (reason === 'deleted') await deleteOpenIdOf(tx, userId)
  }

  async purge(): Promise<void> {
    await deleteExpiredOpenId(this.#deps.db, timestamp(this.#deps.clock))
  }

  async #finish(
    login: OpenIdLogin,
    answer: Readonly<Record<string, string>>,
    context: RequestContext,
  ): Promise<CameBack> {
    const { db, providers, identities, openIdAccounts } = this.#deps
    const { userId, returnTo, provider: name } = login
    const provider = providers.get(name)
    const checks = { ...login, state: answer.state ?? '' }
    const assertion = await providers.assertionFrom(name, answer, checks)
    if (login.inApp) return this.#withTicket(login, assertion)
    if (userId !== null) {
      await db.transaction((tx) => identities.link(tx, userId, assertion))
      return { location: returnTo }
    }
    try {
      const signedIn = await openIdAccounts.signIn({ ...login, provider, assertion }, context)
      return { location: returnTo, signedIn }
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'two_factor_required') throw error
      return this.#withTicket(login, assertion)
    }
  }

  async #withTicket(login: OpenIdLogin, assertion: Assertion): Promise<CameBack> {
    const { db, clock } = this.#deps
    const ticket = newSecret()
    const expiresAt = new Date(clock.now() + ticketLasts * 1000).toISOString()
    await insertTicket(db, hashOf(ticket), { ...login, assertion }, expiresAt)
    return { location: withOutcome(login, 'ticket', ticket) }
  }

  async #ticket(
    { ticket, verifier }: IdentityTicket,
    { cookie }: RequestContext,
  ): Promise<OpenIdTicketRow> {
    const { db, clock } = this.#deps
    const row = await findTicket(db, hashOf(ticket), timestamp(clock))
    if (!row) throw new AppError('invalid_sign_in')
    requireHolder(row.binding, verifier ?? secretInCookie(cookie))
    return row
  }
}

async function use(tx: Transaction, ticket: string): Promise<void> {
  if (!(await deleteTicket(tx, hashOf(ticket)))) throw new AppError('invalid_sign_in')
}

function requireHolder(binding: Buffer, secret: string | undefined): void {
  const isHolder = secret !== undefined && timingSafeEqual(binding, hashOf(secret))
  if (!isHolder) throw new AppError('invalid_sign_in')
}

/** A person is looking, who can do nothing with JSON. */
function showsPages({ accept }: RequestContext): boolean {
  return accept?.includes('text/html') ?? false
}

/** Behind the `#` for a page, which no server is sent; in the query for an app, as OAuth does. */
function withOutcome({ returnTo, inApp }: OpenIdLogin, name: string, value: string): string {
  const url = new URL(returnTo)
  if (inApp) url.searchParams.set(name, value)
  else url.hash = `sign-in-${name}=${value}`
  return url.href
}
