import { Validators } from '../contract/validator.ts'
import { cleanDisplayName } from '../user/display-name.ts'
import { Email } from '../user/schema.ts'
import { usualClaims } from './identity-claims.ts'
import type { ClaimNames } from './identity-claims.ts'

/** What an issuer says of a person, as far as it is of use here. */
export interface Assertion {
  issuer: string
  subject: string
  /** What she is called there, as it stands: no username of ours yet. */
  username?: string
  displayName?: string
  email?: string
  /** The issuer has made sure that the address is hers. */
  emailVerified: boolean
  /** The issuer has asked her for more than one factor just now (`amr`, RFC 8176). */
  severalFactors: boolean
}

type Claims = Readonly<Record<string, unknown>>

const isEmail = new Validators([]).strict(Email)

/** Undefined where the claims name nobody. What is said of her besides and cannot be kept is left
 *  out: a strange name keeps nobody away. */
export function assertionOf(
  issuer: string,
  claims: Claims,
  names: ClaimNames = usualClaims,
): Assertion | undefined {
  const subject = textIn(claims, 'sub', 255)
  if (subject === undefined) return undefined
  const username = textIn(claims, names.username, 255) ?? textIn(claims, 'nickname', 255)
  const email = textIn(claims, names.email, 254)
  const displayName = displayNameOf(textIn(claims, names.displayName, 1000))
  return {
    issuer,
    subject,
    ...(username !== undefined && { username }),
    ...(displayName !== undefined && { displayName }),
    ...(email !== undefined && isEmail(email) === undefined && { email }),
    emailVerified: claims[names.emailVerified] === true,
    severalFactors: Array.isArray(claims.amr) && claims.amr.includes('mfa'),
  }
}

function textIn(claims: Claims, name: string, longest: number): string | undefined {
  const value = Object.hasOwn(claims, name) ? claims[name] : undefined
  // PostgreSQL keeps no NUL.
  const fits = typeof value === 'string' && value.length <= longest && !value.includes('\0')
  return fits && value.trim() !== '' ? value : undefined
}

function displayNameOf(said: string | undefined): string | undefined {
  if (said === undefined) return undefined
  try {
    return cleanDisplayName(Array.from(said.trim()).slice(0, 64).join(''))
  } catch {
    return undefined
  }
}
