import { createHash } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openIdWorld } from '../../test/openid-world.ts'
import type { OpenIdWorld } from '../../test/openid-world.ts'
import { password } from '../../test/people-world.ts'
import { bytesOf, totpCode } from './totp.ts'

let world: OpenIdWorld
beforeAll(async () => {
  world = await openIdWorld({ appUrls: ['org.example.app:/signed-in', 'http://127.0.0.1/in'] })
})
afterAll(() => world.close())
afterEach(() => void Object.assign(world.provider, { claims: {}, signing: 'its key' }))

const codeOf = (secret: string) => totpCode(bytesOf(secret), Math.floor(world.clock.now() / 30_000))

let people = 0
/** Somebody the provider knows and nobody here does. */
function newcomer(claims: object = {}): string {
  const sub = `someone-${++people}`
  world.provider.person = { sub, preferred_username: sub, ...claims }
  return sub
}

describe('native apps', () => {
  const verifier = 'a-secret-of-the-app-that-nobody-else-knows-of'
  const challenge = createHash('sha256').update(verifier).digest('base64url')
  const returnTo = 'org.example.app:/signed-in'
  const redeem = (body: object) => world.call('POST', '/v1/auth/openid-session', { body })

  async function ticket(given: object = {}): Promise<string> {
    const { url, set } = await world.begin({ challenge, returnTo, ...given })
    expect(set).toBe('')
    const { location } = await world.comeBack(world.provider.consent(url), { accept: 'text/html' })
    return new URL(location).searchParams.get('ticket') ?? ''
  }

  it('exchange a ticket, once, with the secret behind their challenge', async () => {
    const sub = newcomer()
    const one = await ticket({ deviceName: 'telephone' })
    expect((await redeem({ ticket: one })).body.code).toBe('invalid_sign_in')
    const other = `${verifier}-not`
    expect((await redeem({ ticket: one, verifier: other })).body.code).toBe('invalid_sign_in')
    const { status, body } = await redeem({ ticket: one, verifier })
    expect([status, body.user?.username]).toEqual([200, sub])
    expect((await redeem({ ticket: one, verifier })).body.code).toBe('invalid_sign_in')
    const token: string = body.session.accessToken
    const sessions = await world.call('GET', '/v1/auth/sessions', { token })
    expect(sessions.body.items).toMatchObject([{ deviceName: 'telephone', current: true }])
  })

  it('return to what is listed only, on this machine to any port', async () => {
    for (const to of ['org.example.app:/other', 'org.evil.app:/signed-in', undefined, '/']) {
      const { body } = await world.begin({ challenge, returnTo: to })
      expect([to, body.code]).toEqual([to, 'invalid_request'])
    }
    newcomer()
    expect(await ticket({ returnTo: 'http://127.0.0.1:49152/in' })).not.toBe('')
    expect((await world.begin({ challenge, returnTo: 'http://127.0.0.1:1/out' })).status).toBe(400)
  })

  it('hear of a failure too', async () => {
    newcomer()
    const { url } = await world.begin({ challenge, returnTo })
    world.provider.signing = 'another key'
    const back = await world.comeBack(world.provider.consent(url), { accept: 'text/html' })
    expect(back.location).toBe(`${returnTo}?error=invalid_sign_in`)
  })

  it('link an identity by a ticket of their own', async () => {
    const { user, session } = await world.person('lin')
    const token = session.accessToken
    newcomer()
    const body = { provider: 'example', challenge, returnTo, currentPassword: password }
    const { body: begun } = await world.call('POST', '/v1/auth/identities', { token, body })
    const back = await world.comeBack(world.provider.consent(begun.url), {})
    const one = new URL(back.location).searchParams.get('ticket') ?? ''
    expect((await redeem({ ticket: one, verifier })).body.code).toBe('invalid_sign_in')
    const confirm = { token, body: { ticket: one, verifier } }
    const linked = await world.call('POST', '/v1/auth/identities/confirm', confirm)
    expect(linked).toMatchObject({ status: 201, body: { provider: 'example' } })
    expect((await world.me((await world.signIn()).cookie)).id).toBe(user.id)
  })
})

describe('an account with two-factor on', () => {
  async function withTwoFactor(username: string) {
    newcomer({ preferred_username: username })
    const { id, token } = await world.me((await world.signIn()).cookie)
    const { secret } = await world.auth.twoFactor.begin(id)
    await world.auth.twoFactor.confirm(id, codeOf(secret))
    world.clock.advance(30_000)
    return { id, token, secret }
  }

  it('asks for a code after the provider too, unless that has asked for several factors', async () => {
    const { id, secret } = await withTwoFactor('mira')
    const { url, cookie } = await world.begin()
    const headers = { cookie, accept: 'text/html' }
    const back = await world.comeBack(world.provider.consent(url), headers)
    const [, ticket = ''] = /#sign-in-ticket=(.+)$/.exec(back.location) ?? []
    expect(back.cookie).toBe('')
    const redeem = (code?: string) => {
      const body = { ticket, ...(code !== undefined && { code }) }
      return world.call('POST', '/v1/auth/openid-session', { body, headers: { cookie } })
    }
    expect((await redeem()).body.code).toBe('two_factor_required')
    expect((await redeem('000000')).body.code).toBe('invalid_code')
    const { status, body } = await redeem(codeOf(secret))
    expect([status, body.user?.id]).toEqual([200, id])
    world.provider.claims = { amr: ['pwd', 'mfa'] }
    expect((await world.me((await world.signIn()).cookie)).id).toBe(id)
  })
})
