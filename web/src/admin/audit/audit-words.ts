import type { AuditEntry } from '@parley/client'

/** What each action was, for `actor` and `subject`. */
const words: Readonly<Record<string, string>> = {
  'session.started': 'Signed in',
  'session.ended': 'Session ended',
  'session.reused': 'Old session token used again',
  'password.changed': 'Password changed',
  'password.reset': 'Password reset',
  'password.reset_requested': 'Password reset asked for',
  'email.verified': 'E-mail address confirmed',
  'email.changed': 'E-mail address changed',
  'user.registered': 'Registered',
  'two_factor.enabled': 'Two-factor turned on',
  'two_factor.disabled': 'Two-factor turned off',
  'two_factor.codes_renewed': 'Recovery codes renewed',
  'passkey.added': 'Passkey added',
  'passkey.removed': 'Passkey removed',
  'identity.linked': 'Provider linked',
  'identity.unlinked': 'Provider unlinked',
  'keys.rotated': 'Signing keys rotated',
  'token.created': 'Access token made',
  'token.revoked': 'Access token ended',
  'invitation.created': 'Invitation made',
  'invitation.revoked': 'Invitation revoked',
  'user.role_changed': 'Role changed',
  'user.suspended': 'Suspended',
  'user.restored': 'Restored',
  'user.signed_out': 'Signed out everywhere',
  'user.avatar_removed': 'Picture removed',
  'user.deleted': 'Account deleted',
  'export.requested': 'Copy of data asked for',
  'profile_fields.changed': 'Profile fields changed',
}

/** Every action one can filter by, in words. */
export const auditActions: readonly (readonly [action: string, words: string])[] = [
  ['', 'Any action'],
  ...Object.entries(words),
]

/** The action in words; one this client does not know yet as the server names it. */
export function actionIn({ action }: Pick<AuditEntry, 'action'>): string {
  return words[action] ?? action
}

/** The details, on one line; `ids`: only those that nobody can read, else all others. */
export function detailIn({ detail }: Pick<AuditEntry, 'detail'>, ids = false): string {
  return Object.entries(detail)
    .filter(([key, value]) => value !== null && value !== '' && /Ids?$/.test(key) === ids)
    .map(([key, value]) => `${key}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' · ')
}
