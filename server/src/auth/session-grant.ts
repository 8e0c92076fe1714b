import { accessTokenLifetime } from './access-tokens.ts'
import type { AccessTokens } from './access-tokens.ts'
import type { SessionGrant } from './schema.ts'
import type { StartedSession } from './sessions.ts'

/** What the device of a session is handed. */
export async function grantOf(
  tokens: AccessTokens,
  { id, userId, refreshToken }: StartedSession,
): Promise<SessionGrant> {
  const accessToken = await tokens.issue(userId, id)
  return { id, accessToken, expiresIn: accessTokenLifetime, refreshToken }
}
