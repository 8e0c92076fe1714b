import type { Clock } from '../infra/clock.ts'
import type { Database } from '../infra/db.ts'
import type { UserAccounts } from '../user/accounts.ts'
import type { AuditLog } from '../user/audit-log.ts'
import type { UserDirectory } from '../user/directory.ts'
import type { UserEvents } from '../user/user-events.ts'
import type { CodeGuard } from './code-guard.ts'
import type { EmailAddresses } from './email-addresses.ts'
import { ForeignKeys } from './foreign-keys.ts'
import { ForeignSessions } from './foreign-sessions.ts'
import { ForeignTokens } from './foreign-tokens.ts'
import { Identities } from './identities.ts'
import { usualClaims } from './identity-claims.ts'
import type { ClaimNames } from './identity-claims.ts'
import { IdentityNewcomers } from './identity-newcomers.ts'
import type { Invitations } from './invitations.ts'
import type { KeyRing } from './key-ring.ts'
import type { NewAccounts } from './new-accounts.ts'
import { OpenIdAccounts } from './openid-accounts.ts'
import { OpenIdFlows } from './openid-flows.ts'
import { OpenIdProviders } from './openid-providers.ts'
import type { OpenIdProvider } from './openid-providers.ts'
import { ReturnAddresses } from './openid-returns.ts'
import type { RegistrationPolicy } from './registrations.ts'
import type { SessionLifetime } from './session-lifetime.ts'
import type { Sessions } from './sessions.ts'
import type { TwoFactor } from './two-factor.ts'

/** Who else says who people are; nobody, where nothing is said. */
export interface ElsewhereConfig {
  oidcProviders?: readonly OpenIdProvider[]
  appUrls?: readonly string[]
  trustedIssuer?: string | undefined
  trustedAudience?: string | undefined
  trustedJwksUrl?: string | undefined
  trustedAlgorithms?: readonly string[]
  trustedClaims?: ClaimNames
}

interface IdentitiesDeps {
  db: Database
  clock: Clock
  accounts: UserAccounts
  audit: AuditLog
  keys: KeyRing
}

export function createIdentities(deps: IdentitiesDeps, config: ElsewhereConfig): Identities {
  const { oidcProviders = [], trustedIssuer } = config
  const providers = new Map(oidcProviders.map(({ issuer, name }) => [issuer, name]))
  return new Identities({ ...deps, providers, trustedIssuer })
}

interface ElsewhereDeps extends IdentitiesDeps {
  directory: UserDirectory
  events: UserEvents
  identities: Identities
  newAccounts: NewAccounts
  invitations: Invitations
  emails: EmailAddresses
  sessions: Sessions
  lifetime: SessionLifetime
  twoFactor: TwoFactor
  codeGuard: CodeGuard
  policy: RegistrationPolicy
}

/** The parts for people somebody else vouches for, in dependency order. */
export function createElsewhere(
  deps: ElsewhereDeps,
  config: ElsewhereConfig & { linkBase: string; corsOrigins: readonly string[] },
) {
  const { linkBase: base, corsOrigins, oidcProviders = [], appUrls = [] } = config
  const newcomers = new IdentityNewcomers(deps)
  const openIdProviders = new OpenIdProviders({ ...deps, providers: oidcProviders, base })
  const openIdAccounts = new OpenIdAccounts({ ...deps, newcomers })
  const returns = new ReturnAddresses({ base, corsOrigins, appUrls })
  const flows = { ...deps, providers: openIdProviders, openIdAccounts, returns }
  return {
    openIdProviders,
    openIdFlows: new OpenIdFlows(flows),
    foreignTokens: foreignTokensOf(new ForeignSessions({ ...deps, newcomers }), deps, config),
  }
}

function foreignTokensOf(
  sessions: ForeignSessions,
  { clock }: ElsewhereDeps,
  config: ElsewhereConfig,
): ForeignTokens | undefined {
  const { trustedIssuer: issuer, trustedAudience: audience, trustedJwksUrl: jwksUrl } = config
  const { trustedAlgorithms: algorithms = [], trustedClaims: claims = usualClaims } = config
  if (issuer === undefined || audience === undefined) return undefined
  const keys = new ForeignKeys({ clock, issuer, jwksUrl })
  const trusted = { issuer, audience, algorithms, claims }
  return new ForeignTokens({ clock, trusted, keys, sessions })
}
