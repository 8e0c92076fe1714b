import type { AttemptCounts } from '../infra/attempt-counts.ts'
import type { Clock } from '../infra/clock.ts'
import type { Database } from '../infra/db.ts'
import type { MailQueue } from '../infra/mail-queue.ts'
import type { Announcer } from '../realtime/announcement.ts'
import type { UserAccounts } from '../user/accounts.ts'
import type { AuditLog } from '../user/audit-log.ts'
import type { UserDirectory } from '../user/directory.ts'
import type { UserEvents } from '../user/user-events.ts'
import { AccessTokens } from './access-tokens.ts'
import { AuthService } from './auth-service.ts'
import { Bots } from './bots.ts'
import { BrowserSessions } from './browser-sessions.ts'
import { CodeGuard } from './code-guard.ts'
import { createElsewhere, createIdentities } from './elsewhere.ts'
import type { ElsewhereConfig } from './elsewhere.ts'
import { EmailAddresses } from './email-addresses.ts'
import { entrancesOf } from './entrances.ts'
import { FreshProof } from './fresh-proof.ts'
import { Invitations } from './invitations.ts'
import { KeyRing } from './key-ring.ts'
import { KeyRotation } from './key-rotation.ts'
import { LoginDelays } from './login-delays.ts'
import { MailTokens } from './mail-tokens.ts'
import { NewAccounts } from './new-accounts.ts'
import { PasskeyChallenges } from './passkey-challenges.ts'
import { PasskeyLogins } from './passkey-logins.ts'
import { Passkeys } from './passkeys.ts'
import { PasswordHasher } from './password-hasher.ts'
import { PasswordPolicy } from './password-policy.ts'
import { PasswordReset } from './password-reset.ts'
import { Passwords } from './passwords.ts'
import { PendingRegistrations } from './pending-registrations.ts'
import { PersonalTokens } from './personal-tokens.ts'
import { Purge } from './purge.ts'
import { Registrations } from './registrations.ts'
import type { RegistrationPolicy } from './registrations.ts'
import { RelyingParty } from './relying-party.ts'
import { SessionLifetime } from './session-lifetime.ts'
import { SessionRefresh } from './session-refresh.ts'
import { SessionRegister } from './session-register.ts'
import { Sessions } from './sessions.ts'
import type { SigningJwk } from './signing-key.ts'
import { TokenAuthenticator } from './token-authenticator.ts'
import { TwoFactor } from './two-factor.ts'

export interface AuthConfig extends ElsewhereConfig {
  /** `iss` of access tokens: the same on all nodes of one installation. */
  issuer: string
  /** Where links in mails lead, and what passkeys are bound to. */
  linkBase: string
  /** Whose pages may use the cookie: this server's own, and these. */
  publicUrl?: string | undefined
  corsOrigins: readonly string[]
  bcryptCost: number
  registration: RegistrationPolicy
  emailDomains?: readonly string[] | undefined
  jwtKeys?: readonly SigningJwk[] | undefined
  limitScale: number
  sessionDays: number
  sessionIdleDays: number
}

export interface AuthDeps {
  db: Database
  clock: Clock
  announcer: Announcer
  accounts: UserAccounts
  directory: UserDirectory
  events: UserEvents
  audit: AuditLog
  mail: Pick<MailQueue, 'add'>
  /** The failed sign-ins of all nodes, where they share them. */
  attempts?: AttemptCounts | undefined
  /** Where work in the background failed. */
  onError: (error: unknown) => void
  config: AuthConfig
}

export type Auth = ReturnType<typeof createAuth>

/** The auth service's objects, once each, in dependency order. `start` comes before the first
 *  request. */
export function createAuth(all: AuthDeps) {
  const { config, onError, ...deps } = all
  const { linkBase: publicUrl, bcryptCost, limitScale } = config
  const held = createHeld(all)
  const { keys, tokens, sessions, refresher, register, identities } = held
  const { mailTokens, personalTokens, passkeys } = held
  const hasher = new PasswordHasher({ cost: bcryptCost })
  const policy = new PasswordPolicy()
  const delays = new LoginDelays({ clock: deps.clock, scale: limitScale, shared: all.attempts })
  const passwords = new Passwords({ ...deps, ...held, hasher, policy, delays })
  const codeGuard = new CodeGuard({ delays, passwords })
  const twoFactor = new TwoFactor({ ...deps, issuer: new URL(publicUrl).hostname })
  const freshProof = new FreshProof({ ...deps, passwords, twoFactor, codeGuard })
  const byMail = { ...deps, passwords, mailTokens, twoFactor, identities, publicUrl }
  const emails = new EmailAddresses({ ...byMail, freshProof, emailDomains: config.emailDomains })
  const passwordReset = new PasswordReset(byMail)
  const newAccounts = new NewAccounts({ ...deps, passwords })
  const pending = new PendingRegistrations({ ...byMail, newAccounts })
  const invitations = new Invitations(deps)
  const entry = { ...deps, newAccounts, passwords, sessions, tokens, twoFactor, codeGuard }
  const gates = { pending, invitations, emails, policy: config.registration }
  const registrations = new Registrations({ ...entry, ...gates })
  const elsewhere = createElsewhere({ ...deps, ...held, ...entry, ...gates }, config)
  const { foreignTokens, openIdFlows } = elsewhere
  const known = { clock: deps.clock, tokens, register, personalTokens, foreignTokens }
  const authenticator = new TokenAuthenticator(known)
  const service = new AuthService({ ...entry, refresher })
  // Both run out, and end with an account, in the order in which they lock.
  const kept = [sessions, mailTokens, personalTokens, pending, identities, openIdFlows]
  const sources = [...kept, held.passkeyChallenges, keys]
  const purge = new Purge({ sources, onError })
  return {
    ...held,
    ...elsewhere,
    entrances: entrancesOf({ ...byMail, sessions, passkeys }),
    authenticator,
    service,
    registrations,
    pending,
    invitations,
    passwords,
    emails,
    passwordReset,
    twoFactor,
    codeGuard,
    freshProof,
    hasher,
    /** What ends with an account, in the order in which it locks. */
    accountEnds: [...kept, passkeys, twoFactor],
    async start(runsJobs = true) {
      await keys.start()
      if (runsJobs) purge.start()
    },
    close() {
      purge.close()
      keys.close()
    },
  }
}

/** What people and programs hold once they are in: sessions and tokens. */
function createHeld({ announcer, onError, config, ...deps }: AuthDeps) {
  const { db, clock, accounts, directory: users } = deps
  const { issuer, jwtKeys, sessionDays: days, sessionIdleDays: idleDays } = config
  const keys = new KeyRing({ db, clock, jwtKeys, onError })
  const keyRotation = new KeyRotation({ ...deps, jwtKeys })
  const tokens = new AccessTokens({ clock, keys, issuer })
  const lifetime = new SessionLifetime({ clock, days, idleDays })
  const register = new SessionRegister({ db, clock, lifetime, users })
  const sessions = new Sessions({ ...deps, lifetime, announcer, register })
  const refresher = new SessionRefresh({ db, clock, lifetime, keys, accounts, sessions })
  const browsers = new BrowserSessions({ ...config, refresher, sessions, tokens, idleDays })
  const mailTokens = new MailTokens({ db, clock })
  const personalTokens = new PersonalTokens({ ...deps, announcer, register, onError })
  const challenges = new PasskeyChallenges({ db, clock })
  const party = new RelyingParty({ ...config, url: config.linkBase })
  const withPasskeys = { ...deps, challenges, party }
  const passkeys = new Passkeys(withPasskeys)
  const passkeyLogins = new PasskeyLogins({ ...withPasskeys, sessions, tokens })
  const bots = new Bots({ ...deps, personalTokens })
  const identities = createIdentities({ ...deps, keys }, config)
  return {
    keys,
    keyRotation,
    tokens,
    register,
    sessions,
    refresher,
    browsers,
    mailTokens,
    personalTokens,
    passkeyChallenges: challenges,
    passkeys,
    passkeyLogins,
    bots,
    identities,
    lifetime,
  }
}
