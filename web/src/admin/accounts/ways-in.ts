import type { AdminUser } from '@parley/client'
import { takesPasswords } from '../../state/page-settings.ts'

/** How somebody signs in: "a password, 2 passkeys; two-factor is on". */
export function waysIn(user: AdminUser): string {
  const { hasTwoFactor, passkeys, identities } = user
  const ways = [
    signsInByPassword(user) && 'a password',
    passkeys > 0 && counted(passkeys, 'passkey'),
    identities > 0 && counted(identities, 'provider'),
  ]
  const list = ways.filter((way) => way !== false).join(', ') || 'nothing'
  return hasTwoFactor ? `${list}; two-factor is on` : list
}

const signsInByPassword = ({ hasPassword }: AdminUser): boolean => hasPassword && takesPasswords()

/** What an administrator should know before she resets two-factor. */
export function withoutTwoFactor(user: AdminUser): string {
  const { displayName: name } = user
  const enough = signsInByPassword(user)
    ? 'The password alone is enough then.'
    : 'No code is asked for any more.'
  return `${enough} ${name} has to sign in again everywhere, and is told by mail. ${sure(name)}`
}

/** The same before she removes passkeys. */
export function withoutPasskeys(user: AdminUser): string {
  const { displayName: name, identities, email } = user
  if (signsInByPassword(user) || identities > 0) {
    const left = waysIn({ ...user, passkeys: 0, hasTwoFactor: false })
    return `${name} has to sign in again everywhere, with ${left}, and is told by mail. ${sure(name)}`
  }
  const none = `${name} has no other way to sign in`
  if (!takesPasswords()) return `${none}: nobody comes in to this account any more.`
  return email
    ? `${none}, and has to ask for a password at ${email} first. ${sure(name)}`
    : `${none}, and no e-mail address to ask for a password with: nobody comes in to this account any more.`
}

function sure(name: string): string {
  return `Be sure that it is ${name} who asks for it.`
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}
