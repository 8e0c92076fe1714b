import { Secret, TOTP } from 'otpauth'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { tokenOf } from '../../test/mailbox.ts'
import { context, password, peopleWorld } from '../../test/people-world.ts'
import type { PeopleWorld } from '../../test/people-world.ts'
import { SoftwareAuthenticator } from '../../test/software-authenticator.ts'
import { sql } from '../infra/sql.ts'

const unknown = '01890a5d-ac96-774b-bcce-b302099a8057'

describe('what administrators do about accounts', () => {
  let world: PeopleWorld
  let admin: Awaited<ReturnType<PeopleWorld['admin']>>
  beforeAll(async () => {
    world = await peopleWorld()
    admin = await world.admin('root.admin')
  })
  afterAll(() => world.close())

  const asAdmin = (method: 'GET' | 'PATCH' | 'DELETE', path: string, body?: object) =>
    world.call(method, `/v1/admin${path}`, {
      token: admin.session.accessToken,
      ...(body && { body }),
    })
  const change = (id: string, body: object) => asAdmin('PATCH', `/users/${id}`, body)
  const audit = async (query: string) => (await asAdmin('GET', `/audit?${query}`)).body.items
  const status = async (id: string) => {
    const { body } = await asAdmin('GET', '/users?q=&limit=200')
    return body.items.find((one: { id: string }) => one.id === id)
  }
  const minutesFromNow = (n: number) => new Date(world.clock.now() + n * 60_000).toISOString()
  /** Her token does not hold for so long. */
  async function later(minutes: number) {
    world.clock.advance(minutes * 60_000)
    admin = await world.auth.service.login({ login: 'root.admin', password }, context)
  }
  const logIn = (login: string) =>
    world.call('POST', '/v1/auth/login', { body: { login, password } })
  const isSignedIn = async (token: string) =>
    (await world.call('GET', '/v1/users/me', { token })).status === 200
  const mailAbout = (username: string, subject: string) =>
    vi.waitFor(() => {
      const mail = world.mails.find(
        (one) => one.to === `${username}@example.org` && one.subject === subject,
      )
      if (!mail) throw new Error(`no mail to ${username} about "${subject}"`)
      return mail
    })

  async function withPasskey(username: string) {
    const { user, session } = await world.person(username)
    const token = session.accessToken
    const device = new SoftwareAuthenticator('https://chat.example.org')
    const body = { currentPassword: password }
    const asked = await world.call('POST', '/v1/auth/passkeys/options', { token, body })
    const passkey = { credential: device.create(asked.body), name: 'telephone' }
    const added = await world.call('POST', '/v1/auth/passkeys', { token, body: passkey })
    expect(added.status).toBe(201)
    const signIn = async () => {
      const options = await world.call('POST', '/v1/auth/passkey-login/options')
      const answer = { credential: device.get(options.body) }
      return world.call('POST', '/v1/auth/passkey-login', { body: answer })
    }
    return { user, token, signIn }
  }

  it('P6 sign someone out everywhere, at once', async () => {
    const { user, session } = await world.person('ann')
    expect((await asAdmin('DELETE', `/users/${user.id}/sessions`)).status).toBe(204)
    const token = session.accessToken
    expect((await world.call('GET', '/v1/users/me', { token })).status).toBe(401)
    expect((await logIn('ann')).status).toBe(200)
    expect(await audit(`subjectId=${user.id}&action=user.signed_out`)).toMatchObject([
      { actor: { username: 'root.admin' }, subject: { username: 'ann' } },
    ])
  })

  it('turn off the two-factor of whoever lost her authenticator', async () => {
    const { user, session } = await world.person('bea')
    const token = session.accessToken
    const path = '/v1/auth/two-factor'
    const body = { currentPassword: password }
    const { secret } = (await world.call('POST', path, { token, body })).body
    const totp = new TOTP({ secret: Secret.fromBase32(secret) })
    const code = totp.generate({ timestamp: world.clock.now() })
    await world.call('POST', `${path}/confirm`, { token, body: { code } })
    expect((await logIn('bea')).body.code).toBe('two_factor_required')
    expect(await status(user.id)).toMatchObject({ hasTwoFactor: true, passkeys: 0 })
    for (let n = 0; n < 2; n++) {
      expect((await asAdmin('DELETE', `/users/${user.id}/two-factor`)).status).toBe(204)
    }
    expect(await isSignedIn(token)).toBe(false) // the device may be in other hands
    expect((await logIn('bea')).status).toBe(200)
    expect(await status(user.id)).toMatchObject({ hasTwoFactor: false })
    expect(await audit(`subjectId=${user.id}&action=two_factor.disabled`)).toMatchObject([
      { actor: { username: 'root.admin' } },
    ])
    await mailAbout('bea', 'Your two-factor sign-in was turned off')
  })

  it('remove the passkeys of whoever lost the device, and sign her out', async () => {
    const { user, token, signIn } = await withPasskey('hal')
    const byPasskey = (await signIn()).body.session.accessToken
    expect(await status(user.id)).toMatchObject({ passkeys: 1, identities: 0, hasPassword: true })
    for (let n = 0; n < 2; n++) {
      expect((await asAdmin('DELETE', `/users/${user.id}/passkeys`)).status).toBe(204)
    }
    expect((await signIn()).body.code).toBe('invalid_passkey')
    expect([await isSignedIn(token), await isSignedIn(byPasskey)]).toEqual([false, false])
    expect((await logIn('hal')).status).toBe(200)
    expect(await status(user.id)).toMatchObject({ passkeys: 0 })
    const removals = await audit(`subjectId=${user.id}&action=passkey.removed`)
    expect(removals).toMatchObject([{ actor: { username: 'root.admin' } }]) // of the first only
    const { text } = await mailAbout('hal', 'Your passkeys were removed')
    expect(text).toContain('An administrator of https://chat.example.org removed all passkeys')
    expect(world.mails.filter(({ to }) => to === 'hal@example.org')).toHaveLength(2)
  })

  it('remove them also where nothing else is left: she comes back by a password she sets by mail', async () => {
    const { user, signIn } = await withPasskey('ida')
    await world.db.query(sql`update users set password_hash = null where id = ${user.id}`)
    expect((await asAdmin('DELETE', `/users/${user.id}/passkeys`)).status).toBe(204)
    expect((await signIn()).body.code).toBe('invalid_passkey')
    expect(await status(user.id)).toMatchObject({ hasPassword: false, passkeys: 0, identities: 0 })
    await world.call('POST', '/v1/auth/password-reset', { body: { email: 'ida@example.org' } })
    const token = tokenOf(await mailAbout('ida', 'Choose a new password'))
    const body = { token, newPassword: password }
    expect((await world.call('POST', '/v1/auth/password-reset/confirm', { body })).status).toBe(204)
    expect((await logIn('ida')).status).toBe(200)
  })

  it('are administrators, and name someone who is there', async () => {
    const { user, session } = await world.person('cat')
    for (const what of ['sessions', 'two-factor', 'passkeys']) {
      const path = `/v1/admin/users/${user.id}/${what}`
      const token = session.accessToken
      expect((await world.call('DELETE', path, { token })).status).toBe(403)
      expect((await asAdmin('DELETE', `/users/${unknown}/${what}`)).body.code).toBe(
        'user_not_found',
      )
    }
  })

  it('suspend until a time, at which the suspension ends by itself, on the record', async () => {
    const { user } = await world.person('dot')
    const until = minutesFromNow(60)
    const { body } = await change(user.id, { status: 'suspended', reason: 'spam', until })
    expect(body).toMatchObject({ status: 'suspended', suspendedUntil: until })
    await world.administration.endSuspensions()
    expect((await logIn('dot')).body.code).toBe('account_suspended')
    await later(60)
    await Promise.all([1, 2, 3].map(() => world.administration.endSuspensions()))
    expect((await logIn('dot')).status).toBe(200)
    const active = { status: 'active', statusReason: null, suspendedUntil: null }
    expect(await status(user.id)).toMatchObject(active)
    expect(await audit(`subjectId=${user.id}&action=user.restored`)).toMatchObject([
      { actor: null },
    ])
    expect(await audit(`subjectId=${user.id}&action=user.suspended`)).toMatchObject([
      { detail: { reason: 'spam', until } },
    ])
  })

  it('shorten, lengthen and lift the time of a suspension, and keep it where none is named', async () => {
    const { user } = await world.person('eve')
    const first = minutesFromNow(10)
    await change(user.id, { status: 'suspended', until: first })
    expect((await change(user.id, { reason: 'more' })).body.suspendedUntil).toBe(first)
    const second = minutesFromNow(20)
    expect((await change(user.id, { until: second })).body.suspendedUntil).toBe(second)
    expect((await change(user.id, { until: null })).body.suspendedUntil).toBeNull()
    await later(30)
    await world.administration.endSuspensions()
    expect((await logIn('eve')).body.code).toBe('account_suspended')
    for (const until of [minutesFromNow(-1), 'soon', '0000-01-01T00:00:00Z']) {
      expect((await change(user.id, { until })).status).toBe(400)
    }
  })

  it('list accounts by role, and with status and name', async () => {
    await world.admin('fay')
    const list = async (query: string) => {
      const { body } = await asAdmin('GET', `/users?${query}`)
      return body.items.map((one: { username: string }) => one.username)
    }
    expect(await list('role=admin')).toEqual(['fay', 'root.admin'])
    expect(await list('role=admin&q=fay')).toEqual(['fay'])
    expect(await list('role=admin&status=suspended')).toEqual([])
    expect((await asAdmin('GET', '/users?role=owner')).status).toBe(400)
  })

  it('read the audit log by who, whom and what, over the pages', async () => {
    const { user } = await world.person('gil')
    for (let n = 0; n < 3; n++) {
      await change(user.id, { status: 'suspended' })
      await change(user.id, { status: 'active' })
    }
    const query = `actorId=${admin.user.id}&subjectId=${user.id}&action=user.suspended&limit=2`
    const first = (await asAdmin('GET', `/audit?${query}`)).body
    const second = (await asAdmin('GET', `/audit?${query}&cursor=${first.nextCursor}`)).body
    expect([first.items.length, second.items.length, second.nextCursor]).toEqual([2, 1, null])
    const own = await world.auth.service.login({ login: 'gil', password }, context)
    expect(await audit(`actorId=${own.user.id}&action=session.started`)).toHaveLength(2)
    expect(await audit('action=nothing')).toEqual([])
    expect((await asAdmin('GET', '/audit?actorId=me')).status).toBe(400)
  })
})
