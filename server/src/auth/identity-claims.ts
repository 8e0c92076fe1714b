/** How claims of OpenID Connect are called unless TRUSTED_CLAIMS says otherwise. */

/** Which claims say what. */
export interface ClaimNames {
  username: string
  displayName: string
  email: string
  emailVerified: string
}

export const usualClaims: ClaimNames = {
  username: 'preferred_username',
  displayName: 'name',
  email: 'email',
  emailVerified: 'email_verified',
}
