import type { DbHandle, Transaction } from '../infra/db.ts'
import { sql } from '../infra/sql.ts'
import type { Assertion } from './identity-assertion.ts'

/** What was begun, by whom and what for. */
export interface OpenIdIntent {
  provider: string
  /** SHA-256 of what only the browser or app that began it holds. */
  binding: Buffer
  /** Who links; null: somebody signs in. */
  userId: string | null
  invitation: string | null
  deviceName: string | null
}

export interface OpenIdLogin extends OpenIdIntent {
  nonce: string
  codeVerifier: string
  inApp: boolean
  returnTo: string
}

export type OpenIdTicketRow = OpenIdIntent & { assertion: Assertion }

const intent = sql`provider, binding, user_id as "userId", invitation, device_name as "deviceName"`

export async function insertLogin(
  db: DbHandle,
  stateHash: Buffer,
  one: OpenIdLogin,
  expiresAt: string,
): Promise<void> {
  const { provider, nonce, codeVerifier, binding, inApp, returnTo } = one
  await db.query(
    sql`insert into openid_logins (state_hash, provider, nonce, code_verifier, binding, in_app,
        return_to, user_id, invitation, device_name, expires_at)
      values (${stateHash}, ${provider}, ${nonce}, ${codeVerifier}, ${binding}, ${inApp},
        ${returnTo}, ${one.userId}, ${one.invitation}, ${one.deviceName}, ${expiresAt})`,
  )
}

/** Once: it is gone afterwards. */
export async function takeLogin(
  db: DbHandle,
  stateHash: Buffer,
  provider: string,
  at: string,
): Promise<OpenIdLogin | undefined> {
  const [row] = await db.query<OpenIdLogin>(
    sql`delete from openid_logins
      where state_hash = ${stateHash} and provider = ${provider} and expires_at > ${at}
      returning ${intent}, nonce, code_verifier as "codeVerifier", in_app as "inApp",
        return_to as "returnTo"`,
  )
  return row
}

export async function insertTicket(
  db: DbHandle,
  ticketHash: Buffer,
  { provider, binding, userId, invitation, deviceName, assertion }: OpenIdTicketRow,
  expiresAt: string,
): Promise<void> {
  await db.query(
    sql`insert into openid_tickets (ticket_hash, provider, binding, user_id, invitation,
        device_name, assertion, expires_at)
      values (${ticketHash}, ${provider}, ${binding}, ${userId}, ${invitation}, ${deviceName},
        ${JSON.stringify(assertion)}, ${expiresAt})`,
  )
}

export async function findTicket(
  db: DbHandle,
  ticketHash: Buffer,
  at: string,
): Promise<OpenIdTicketRow | undefined> {
  const [row] = await db.query<OpenIdTicketRow>(
    sql`select ${intent}, assertion from openid_tickets
      where ticket_hash = ${ticketHash} and expires_at > ${at}`,
  )
  return row
}

/** Whether it was still there. */
export async function deleteTicket(tx: Transaction, ticketHash: Buffer): Promise<boolean> {
  const rows = await tx.query(
    sql`delete from openid_tickets where ticket_hash = ${ticketHash} returning provider`,
  )
  return rows.length > 0
}

/** What waits about somebody who goes. */
export async function deleteTicketsAbout(
  tx: Transaction,
  { issuer, subject }: { issuer: string; subject: string },
): Promise<void> {
  await tx.query(
    sql`delete from openid_tickets
      where assertion @> ${JSON.stringify({ issuer, subject })}::jsonb`,
  )
}

export async function deleteOpenIdOf(tx: Transaction, userId: string): Promise<void> {
  await tx.query(sql`delete from openid_logins where user_id = ${userId}`)
  await tx.query(sql`delete from openid_tickets where user_id = ${userId}`)
}

export async function deleteExpiredOpenId(db: DbHandle, at: string): Promise<void> {
  await db.query(sql`delete from openid_logins where expires_at <= ${at}`)
  await db.query(sql`delete from openid_tickets where expires_at <= ${at}`)
}
