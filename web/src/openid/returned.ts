/** What one comes back with from a provider: how the address tells it. */
export type Returned =
  /** Good once, for five minutes: a code of the authenticator is asked for. */
  { name: 'ticket'; ticket: string } | { name: 'failed'; why: string }

const reasons: Readonly<Record<string, string>> = {
  sign_in_refused: 'The provider refused, or you cancelled there.',
  invalid_sign_in: 'It took too long, or was used already. Begin again.',
  provider_unavailable: 'The provider does not answer as it should. Try again later.',
  account_suspended: 'Your account is suspended.',
  registration_closed: 'This server does not accept new accounts.',
  invitation_required: 'New accounts need an invitation here.',
  invalid_invitation: 'The invitation is over, used up or taken back.',
  email_taken:
    'The e-mail address belongs to an account here. Sign in to it, and link the provider in the settings.',
  email_not_allowed: 'This server accepts addresses of certain domains only.',
  identity_taken: 'That account is linked to somebody else here.',
  last_way_in: 'It is the last way to sign in to this account.',
}

/** Reads the part of an address behind its #. */
export function readReturned(hash: string): Returned | undefined {
  const [, what, value = ''] = /^#?sign-in-(ticket|error)=(.+)$/.exec(hash) ?? []
  if (what === 'ticket') return { name: 'ticket', ticket: decodeURIComponent(value) }
  if (what !== 'error') return undefined
  const why = reasons[value] ?? `The provider could not sign you in (${value}).`
  return { name: 'failed', why }
}
