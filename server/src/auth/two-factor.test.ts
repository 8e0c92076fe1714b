import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { tokenOf } from '../../test/mailbox.ts'
import { password, peopleWorld } from '../../test/people-world.ts'
import type { PeopleWorld } from '../../test/people-world.ts'
import { sql } from '../infra/sql.ts'
import { bytesOf, totpCode } from './totp.ts'

const path = '/v1/auth/two-factor'
const stepMs = 30_000

describe('two-factor', () => {
  let world: PeopleWorld
  beforeAll(async () => {
    world = await peopleWorld()
  })
  afterAll(() => world.close())

  const codeOf = (secret: string, steps = 0) =>
    totpCode(bytesOf(secret), Math.floor(world.clock.now() / stepMs) + steps)
  const post = (token: string, rest: string, body: object = {}) =>
    world.call('POST', `${path}${rest}`, { token, body })
  const begin = (token: string, currentPassword = password) => post(token, '', { currentPassword })
  const logIn = (login: string, code?: string, address = '192.0.2.1') => {
    const body = { login, password, ...(code !== undefined && { code }) }
    return world.call('POST', '/v1/auth/login', { body, address })
  }
  const said = ({ status, body }: Awaited<ReturnType<PeopleWorld['call']>>) =>
    `${status} ${body?.code ?? ''}`.trim()

  /** Somebody whose sign-in asks for a code, no code of this moment used. */
  async function guarded(username: string) {
    const { user, session } = await world.person(username)
    const token = session.accessToken
    const { secret, uri } = (await begin(token)).body
    const confirmed = await post(token, '/confirm', { code: codeOf(secret) })
    const recoveryCodes: string[] = confirmed.body.recoveryCodes
    world.clock.advance(stepMs)
    return { user, token, secret, uri, recoveryCodes }
  }

  it('asks for a code once a first one has shown that the authenticator works, not before', async () => {
    const { session } = await world.person('ada')
    const token = session.accessToken
    const { status, body } = await begin(token)
    expect(status).toBe(200)
    expect(body.uri).toBe(
      `otpauth://totp/chat.example.org:ada?secret=${body.secret}&issuer=chat.example.org`,
    )
    expect(said(await logIn('ada'))).toBe('200')
    expect(said(await post(token, '/confirm', { code: '000000' }))).toBe('401 invalid_code')
    expect(
      (await post(token, '/confirm', { code: codeOf(body.secret) })).body.recoveryCodes,
    ).toHaveLength(10)
    expect((await world.call('GET', path, { token })).body).toEqual({
      enabled: true,
      recoveryCodesLeft: 10,
    })
    expect(said(await logIn('ada'))).toBe('401 two_factor_required')
    world.clock.advance(stepMs)
    expect(said(await logIn('ada', codeOf(body.secret)))).toBe('200')
  })

  it('says that a code is needed only to whoever knows the password', async () => {
    await guarded('quiet')
    const body = { login: 'quiet', password: 'not her password', code: '123456' }
    expect(said(await world.call('POST', '/v1/auth/login', { body }))).toBe(
      '401 invalid_credentials',
    )
  })

  it('takes a code once, whoever tries at once', async () => {
    const { secret } = await guarded('once')
    const code = codeOf(secret)
    const answers = await Promise.all(
      Array.from({ length: 5 }, (_, n) => logIn('once', code, `198.51.100.${n}`)),
    )
    expect(answers.map(said).sort()).toEqual(['200', ...Array<string>(4).fill('401 invalid_code')])
    expect(said(await logIn('once', codeOf(secret, -1), '198.51.100.9'))).toBe('401 invalid_code')
    world.clock.advance(stepMs)
    expect(said(await logIn('once', codeOf(secret), '198.51.100.9'))).toBe('200')
  })

  it('takes each recovery code once, however it is typed', async () => {
    const { token, recoveryCodes } = await guarded('lost')
    const [first = '', second = ''] = recoveryCodes
    expect(said(await logIn('lost', ` ${first.toUpperCase().replaceAll('-', ' ')}`))).toBe('200')
    expect(said(await logIn('lost', first))).toBe('401 invalid_code')
    expect(said(await logIn('lost', second.replaceAll('-', '')))).toBe('200')
    expect((await world.call('GET', path, { token })).body.recoveryCodesLeft).toBe(8)
    const rows = await world.db.query(sql`select r::text from recovery_codes r`)
    expect(JSON.stringify(rows)).not.toContain((recoveryCodes[2] ?? '').slice(0, 5))
  })

  it('makes new recovery codes for a code; the old ones end', async () => {
    const { token, secret, recoveryCodes } = await guarded('renewer')
    const renewed = await post(token, '/recovery-codes', { code: codeOf(secret) })
    expect(renewed.body.recoveryCodes).toHaveLength(10)
    expect(said(await logIn('renewer', recoveryCodes[0]))).toBe('401 invalid_code')
    expect(said(await logIn('renewer', renewed.body.recoveryCodes[0]))).toBe('200')
  })

  it('makes wrong codes wait, as wrong passwords do', async () => {
    const { secret } = await guarded('guessed')
    const guess = (n: number) => logIn('guessed', `xxxxx${n}`, '203.0.113.7')
    for (let n = 0; n < 6; n++) expect(said(await guess(n))).toBe('401 invalid_code')
    const refused = await logIn('guessed', codeOf(secret), '203.0.113.7')
    expect(said(refused)).toBe('429 rate_limited')
    expect(refused.body.retryAfterMs).toBeGreaterThan(0)
    expect(said(await logIn('guessed', codeOf(secret), '192.0.2.1'))).toBe('200')
  })

  it('is turned off with the password and a code, and begun again with another secret', async () => {
    const { token, secret } = await guarded('offon')
    const code = codeOf(secret)
    expect(said(await begin(token))).toBe('409 two_factor_on')
    const off = (body: object) => post(token, '/disable', body)
    expect(said(await off({ currentPassword: 'not her password', code }))).toBe(
      '401 invalid_credentials',
    )
    expect(said(await off({ currentPassword: password, code: '000000' }))).toBe('401 invalid_code')
    expect(said(await off({ currentPassword: password, code }))).toBe('204')
    expect(said(await logIn('offon'))).toBe('200')
    expect(said(await off({ currentPassword: password, code: 'abcdef' }))).toBe(
      '409 two_factor_off',
    )
    const again = await begin(token)
    expect(again.body.secret).not.toBe(secret)
    expect(said(await begin(token, 'not her password'))).toBe('401 invalid_credentials')
  })

  it('stays where the password is replaced by mail; but not what somebody set up on an address that was never hers', async () => {
    const reset = async (email: string) => {
      await world.call('POST', '/v1/auth/password-reset', { body: { email } })
      const mail = await vi.waitFor(() => {
        const found = world.mails.findLast((one) => one.to === email && /Choose/.test(one.subject))
        if (!found) throw new Error('no mail yet')
        return found
      })
      const body = { token: tokenOf(mail), newPassword: password }
      await world.call('POST', '/v1/auth/password-reset/confirm', { body })
    }
    await guarded('squatter')
    await reset('squatter@example.org')
    expect(said(await logIn('squatter'))).toBe('200')

    const { user } = await guarded('owner')
    await world.db.transaction((tx) => world.accounts.setEmail(tx, user.id, 'owner@example.org'))
    await reset('owner@example.org')
    expect(said(await logIn('owner'))).toBe('401 two_factor_required')
  })

  it('goes with the account, and is in the audit log', async () => {
    const { user, token } = await guarded('goner')
    const audit = await world.db.query<{ action: string }>(
      sql`select action from audit_log where subject_id = ${user.id}`,
    )
    expect(audit.map(({ action }) => action)).toContain('two_factor.enabled')
    await world.call('DELETE', '/v1/users/me', { token })
    const left = await world.db.query(
      sql`select user_id from totp_factors where user_id = ${user.id}
        union all select user_id from recovery_codes where user_id = ${user.id}`,
    )
    expect(left).toEqual([])
  })
})
