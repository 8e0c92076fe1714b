/** PASSWORDS=off, beside a node on the same database that still takes them: as before the change. */
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { tokenOf } from '../../test/mailbox.ts'
import { openIdWorld } from '../../test/openid-world.ts'
import type { OpenIdWorld } from '../../test/openid-world.ts'
import { password, peopleWorld } from '../../test/people-world.ts'
import type { PeopleWorld } from '../../test/people-world.ts'
import { SoftwareAuthenticator } from '../../test/software-authenticator.ts'
import { sql } from '../infra/sql.ts'
import { bytesOf, totpCode } from './totp.ts'

describe('without passwords', () => {
  let world: OpenIdWorld
  let before: PeopleWorld
  beforeAll(async () => {
    world = await openIdWorld({}, undefined, false)
    before = await peopleWorld({ besides: world })
  })
  afterAll(async () => {
    await before.close()
    await world.close()
  })
  afterEach(() => vi.restoreAllMocks())

  const said = ({ status, body }: { status: number; body?: { code?: string } }) =>
    `${status} ${body?.code ?? ''}`.trim()
  /** Somebody new, by the provider. */
  async function newcomer(username: string) {
    world.provider.person = { sub: username, preferred_username: username }
    return world.me((await world.signIn()).cookie)
  }
  /** A passkey added without any proof but the session. */
  async function addPasskey(token: string, device: SoftwareAuthenticator): Promise<string> {
    const path = '/v1/auth/passkeys'
    const { body: options } = await world.call('POST', `${path}/options`, { token, body: {} })
    const body = { credential: device.create(options), name: 'laptop' }
    const added = await world.call('POST', path, { token, body })
    expect(said(added)).toBe('201')
    return added.body.id
  }
  async function showPasskey(device: SoftwareAuthenticator) {
    const options = await world.call('POST', '/v1/auth/passkey-login/options')
    const body = { credential: device.get(options.body) }
    return world.call('POST', '/v1/auth/passkey-login', { body })
  }

  it('everything about them is refused by one code, before work is done or anything told', async () => {
    const { session } = await before.person('ada')
    const { hasher } = world.auth
    const work = [vi.spyOn(hasher, 'hash'), vi.spyOn(hasher, 'verify')]
    const token = 'kPZ0bQW6b3lFhoIFlmSBVA3y4zaWA0bCekAhgaOKqEU'
    const taken = { username: 'ada', email: 'ada@example.org', password }
    for (const [path, body] of [
      ['register', { ...taken, username: 'new', email: 'new@example.org' }],
      ['register', taken],
      ['register/confirm', { token }],
      ['login', { login: 'ada', password }],
      ['login', { login: 'nobody', password }],
      ['password', { currentPassword: password, newPassword: 'another one of hers' }],
      ['password-reset', { email: 'ada@example.org' }],
      ['password-reset/confirm', { token, newPassword: 'another one of hers' }],
    ] as const) {
      const call = { token: session.accessToken, body }
      const answer = await world.call('POST', `/v1/auth/${path}`, call)
      expect([path, said(answer)]).toEqual([path, '403 passwords_off'])
    }
    for (const one of work) expect(one).not.toHaveBeenCalled()
    expect(world.mails).toEqual([])
    const wanted = { username: 'cli', email: null, password, role: 'user' } as const
    await expect(world.auth.service.createUser(wanted)).rejects.toThrow('takes no passwords')
    await expect(world.auth.passwords.reset('ada', password)).rejects.toThrow('takes no passwords')
  })

  it('clients are told so', async () => {
    const path = '/v1/auth/openid'
    expect((await world.call('GET', path)).body).toMatchObject({
      items: [{ name: 'example' }],
      passwords: false,
    })
    expect((await before.call('GET', path)).body).toEqual({ items: [], passwords: true })
  })

  it('a closed or verified registration says the same, rather than what is not so', async () => {
    for (const registration of ['closed', 'verified', 'invitation'] as const) {
      const config = { registration }
      const other = await peopleWorld({ besides: world, passwords: false, config })
      const body = { username: 'eve', email: 'eve@example.org', password }
      expect(said(await other.call('POST', '/v1/auth/register', { body }))).toBe(
        '403 passwords_off',
      )
      await other.close()
    }
  })

  it('people come by a provider, and ask for nothing but a code: two-factor, passkeys, an address', async () => {
    const { token } = await newcomer('bea')
    const device = new SoftwareAuthenticator('https://chat.example.org')
    await addPasskey(token, device)
    expect(said(await showPasskey(device))).toBe('200')
    const email = 'bea@example.org'
    const change = (proof: object) =>
      world.call('POST', '/v1/auth/email', { token, body: { email, ...proof } })
    expect(said(await change({}))).toBe('202')
    const mail = await vi.waitFor(() => {
      const sent = world.mails.find(({ to }) => to === email)
      if (!sent) throw new Error('no mail yet')
      return sent
    })
    const confirmed = { token: tokenOf(mail) }
    await world.call('POST', '/v1/auth/email-verification/confirm', { body: confirmed })
    const me = await world.call('GET', '/v1/users/me', { token })
    expect(me.body).toMatchObject({ email, emailVerified: true, hasPassword: false })

    const path = '/v1/auth/two-factor'
    const { secret } = (await world.call('POST', path, { token, body: {} })).body
    const code = () => totpCode(bytesOf(secret), Math.floor(world.clock.now() / 30_000))
    const on = { code: code() }
    expect(said(await world.call('POST', `${path}/confirm`, { token, body: on }))).toBe('200')
    expect(said(await change({}))).toBe('401 two_factor_required')
    world.clock.advance(30_000)
    expect(said(await change({ code: code() }))).toBe('202')
    world.clock.advance(30_000)
    const off = { code: code() }
    expect(said(await world.call('POST', `${path}/disable`, { token, body: off }))).toBe('204')
  })

  it('a stored password neither proves nor lets in, until they are taken again', async () => {
    const { user, session } = await before.person('cleo')
    const token = session.accessToken
    const device = new SoftwareAuthenticator('https://chat.example.org')
    const passkeyId = await addPasskey(token, device)
    const remove = () => world.call('DELETE', `/v1/auth/passkeys/${passkeyId}`, { token })
    expect(said(await remove())).toBe('409 last_way_in')
    const begun = await world.call('POST', '/v1/auth/identities', {
      token,
      body: { provider: 'example', returnTo: '/settings' },
    })
    world.provider.person = { sub: 'cleo-there' }
    const cookie = String(begun.headers['set-cookie']).split(';')[0] ?? ''
    expect((await world.comeBack(world.provider.consent(begun.body.url), { cookie })).status).toBe(
      303,
    )
    expect(said(await remove())).toBe('204')
    expect((await world.me((await world.signIn()).cookie)).id).toBe(user.id)
    const body = { login: 'cleo', password }
    expect(said(await before.call('POST', '/v1/auth/login', { body }))).toBe('200')
  })

  it('the first administrator comes by the provider, and is promoted at the command line', async () => {
    const { token } = await newcomer('root')
    await world.administration.promote('root')
    const accounts = await world.call('GET', '/v1/admin/users?q=root', { token })
    expect(accounts.body.items).toMatchObject([{ username: 'root', role: 'admin', identities: 1 }])
    const [row] = await world.db.query<{ hash: string | null }>(
      sql`select password_hash as hash from users where username = 'root'`,
    )
    expect(row).toEqual({ hash: null })
  })
})
