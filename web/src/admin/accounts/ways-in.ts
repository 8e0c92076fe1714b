import type { AdminUser } from '@parley/client'

/** How somebody signs in: "a password and a code, 2 passkeys". */
export function waysIn({ hasPassword, hasTwoFactor, passkeys, identities }: AdminUser): string {
  const ways = [
    hasPassword && (hasTwoFactor ? 'a password and a code' : 'a password'),
    passkeys > 0 && counted(passkeys, 'passkey'),
    identities > 0 && counted(identities, 'provider'),
  ]
  return ways.filter((way) => way !== false).join(', ') || 'nothing'
}

/** What an administrator should know before she resets two-factor. */
export function withoutTwoFactor({ displayName: name, hasPassword }: AdminUser): string {
  const enough = hasPassword
    ? 'The password alone is enough then.'
    : 'No code is asked for any more.'
  return `${enough} ${name} has to sign in again everywhere, and is told by mail. ${sure(name)}`
}

/** The same before she removes passkeys. */
export function withoutPasskeys(user: AdminUser): string {
  const { displayName: name, hasPassword, identities, email } = user
  const left = waysIn({ ...user, passkeys: 0 })
  if (hasPassword || identities > 0) {
    return `${name} has to sign in again everywhere, with ${left}, and is told by mail. ${sure(name)}`
  }
  return email
    ? `${name} has no other way to sign in, and has to ask for a password at ${email} first. ${sure(name)}`
    : `${name} has no other way to sign in, and no e-mail address to ask for a password with: nobody comes in to this account any more.`
}

function sure(name: string): string {
  return `Be sure that it is ${name} who asks for it.`
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}
