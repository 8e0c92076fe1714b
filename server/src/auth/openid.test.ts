import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openIdWorld } from '../../test/openid-world.ts'
import type { OpenIdWorld } from '../../test/openid-world.ts'

const home = 'https://chat.example.org/'

let world: OpenIdWorld
beforeAll(async () => {
  world = await openIdWorld({ appUrls: ['org.example.app:/signed-in'] })
})
afterAll(() => world.close())
afterEach(() => {
  const { provider } = world
  Object.assign(provider, { claims: {}, signing: 'its key' })
  for (const set of [provider.down, provider.silent]) set.clear()
})

let people = 0
/** Somebody the provider knows and nobody here does. */
function newcomer(claims: object = {}): string {
  const sub = `someone-${++people}`
  world.provider.person = { sub, preferred_username: sub, ...claims }
  return sub
}

describe('signing in with a provider', () => {
  it('shows whom one can sign in with', async () => {
    const { body } = await world.call('GET', '/v1/auth/openid')
    expect(body).toEqual({
      items: [{ name: 'example', label: 'Example Login' }],
      passwords: true,
    })
  })

  it('makes an account at the first time and finds it again at the next', async () => {
    newcomer({ preferred_username: 'Zoë', name: 'Zoë Müller', email: 'zoe@example.org' })
    const first = await world.signIn()
    expect(first).toMatchObject({ status: 303, location: home })
    const me = await world.me(first.cookie)
    expect(me).toMatchObject({ username: 'zoe', displayName: 'Zoë Müller', emailVerified: false })
    const again = await world.signIn()
    expect((await world.me(again.cookie)).id).toBe(me.id)
  })

  it('keeps the refresh token in the cookie of browser sessions, and the page gets none', async () => {
    newcomer()
    const { url, cookie, set } = await world.begin({ returnTo: '/rooms?x=1#gone' })
    expect(set).toMatch(/^__Host-parley-sign-in=[\w-]{43}; .*Secure; HttpOnly; SameSite=Lax$/)
    const asked = new URL(url).searchParams
    expect(Object.fromEntries(asked)).toMatchObject({
      response_type: 'code',
      client_id: 'parley',
      code_challenge_method: 'S256',
      redirect_uri: `${home}v1/auth/openid/example/callback`,
    })
    const done = await world.comeBack(world.provider.consent(url), { cookie })
    expect(done.location).toBe(`${home}rooms?x=1`)
    expect(String(done.headers['set-cookie'])).toMatch(
      /^__Host-parley=.*HttpOnly; SameSite=Strict$/,
    )
  })

  it('takes names and addresses that the provider keeps at its userinfo endpoint', async () => {
    const one = await openIdWorld({}, world)
    one.provider.person = { sub: 'ida' }
    one.provider.userInfo = { email: 'ida@example.org', email_verified: true, name: 'Ida' }
    const me = await one.me((await one.signIn()).cookie)
    expect(me).toMatchObject({ email: 'ida@example.org', emailVerified: true, displayName: 'Ida' })
    await one.close()
  })

  it('gives people who are called the same different usernames', async () => {
    newcomer({ preferred_username: 'Grace' })
    const first = await world.me((await world.signIn()).cookie)
    newcomer({ preferred_username: 'grace@elsewhere.example' })
    const second = await world.me((await world.signIn()).cookie)
    expect(first.username).toBe('grace')
    expect(second.username).toMatch(/^grace-\d+$/)
  })

  it('makes one account of the same person, however many tabs she opens at once', async () => {
    newcomer()
    const begun = await Promise.all(Array.from({ length: 10 }, () => world.begin()))
    const back = await Promise.all(
      begun.map(({ url, cookie }) => world.comeBack(world.provider.consent(url), { cookie })),
    )
    const ids = await Promise.all(back.map(async ({ cookie }) => (await world.me(cookie)).id))
    expect(new Set(ids).size).toBe(1)
    expect(ids[0]).toBeTypeOf('string')
  })

  it('lets the tabs of one browser come back by one cookie', async () => {
    newcomer()
    const first = await world.begin()
    const second = await world.begin({}, first.cookie)
    expect(second.cookie).toBe(first.cookie)
    for (const { url } of [first, second]) {
      const back = world.provider.consent(url)
      expect((await world.comeBack(back, { cookie: first.cookie })).status).toBe(303)
    }
  })
})

describe('what does not fit is refused', () => {
  const wrong: Record<string, () => void> = {
    'another nonce': () => (world.provider.claims = { nonce: 'another' }),
    'no nonce': () => (world.provider.claims = { nonce: undefined }),
    'another issuer': () => (world.provider.claims = { iss: 'https://evil.example' }),
    'another audience': () => (world.provider.claims = { aud: 'another' }),
    'a token that is over': () => (world.provider.claims = { exp: 1000 }),
    'a token of tomorrow': () => {
      world.provider.claims = { nbf: Math.floor(Date.now() / 1000) + 86_400 }
    },
    'no subject': () => (world.provider.claims = { sub: undefined }),
    'an endless subject': () => (world.provider.claims = { sub: 'x'.repeat(256) }),
    'another key': () => (world.provider.signing = 'another key'),
    'no signature': () => (world.provider.signing = 'nobody'),
    'the public key as a secret': () => (world.provider.signing = 'the public key as a secret'),
  }

  it.each(Object.keys(wrong))('%s', async (what) => {
    newcomer()
    wrong[what]?.()
    const answer = await world.tryToSignIn()
    expect(answer.body).toMatchObject({ status: 401, code: 'invalid_sign_in' })
    expect(answer.headers['set-cookie']).toBeUndefined()
    Object.assign(world.provider, { claims: {}, signing: 'its key' })
    expect((await world.tryToSignIn()).status).toBe(303)
  })

  it('a state nobody began with, none, and one that was used', async () => {
    newcomer()
    const { url, cookie } = await world.begin()
    const back = world.provider.consent(url)
    const other = new URL(back)
    other.searchParams.set('state', 'x'.repeat(43))
    const none = new URL(back)
    none.searchParams.delete('state')
    for (const one of [other, none]) {
      expect((await world.comeBack(one, { cookie })).body.code).toBe('invalid_sign_in')
    }
    expect((await world.comeBack(back, { cookie })).status).toBe(303)
    expect((await world.comeBack(back, { cookie })).body.code).toBe('invalid_sign_in')
  })

  it('a code that was used in another sign-in', async () => {
    newcomer()
    const first = await world.begin()
    const used = world.provider.consent(first.url)
    await world.comeBack(used, { cookie: first.cookie })
    const second = await world.begin()
    const back = world.provider.consent(second.url)
    back.searchParams.set('code', used.searchParams.get('code') ?? '')
    expect((await world.comeBack(back, { cookie: second.cookie })).body.code).toBe(
      'invalid_sign_in',
    )
  })

  it('a browser that did not begin: whoever is sent a link signs in as nobody', async () => {
    newcomer()
    const { url } = await world.begin()
    const stranger = await world.begin()
    const back = world.provider.consent(url)
    const answer = await world.comeBack(back, { cookie: stranger.cookie, accept: 'text/html' })
    expect(answer.body).toMatchObject({ status: 401, code: 'invalid_sign_in' })
  })

  it('one that took longer than ten minutes', async () => {
    newcomer()
    const { url, cookie } = await world.begin()
    world.clock.advance(600_001)
    const answer = await world.comeBack(world.provider.consent(url), { cookie })
    expect(answer.body.code).toBe('invalid_sign_in')
  })

  it('another address to return to than a page of ours', async () => {
    for (const returnTo of [
      'https://evil.example/',
      '//evil.example/',
      String.raw`\\evil.example`,
      'javascript:alert(1)',
      'https://chat.example.org@evil.example/',
      'https://me@chat.example.org/',
      'http://chat.example.org/',
      'org.example.app:/signed-in',
    ]) {
      const { body } = await world.begin({ returnTo })
      expect([returnTo, body.code]).toEqual([returnTo, 'invalid_request'])
    }
    const own = await world.begin({ returnTo: 'https://app.example.org/chat' })
    expect(own.status).toBe(200)
  })

  it('a provider nobody named', async () => {
    const answer = await world.call('POST', '/v1/auth/openid/nobody', { body: {} })
    expect(answer.body).toMatchObject({ status: 404, code: 'provider_not_found' })
    const back = await world.call('GET', '/v1/auth/openid/nobody/callback?state=x')
    expect(back.body.code).toBe('invalid_sign_in')
  })

  it('what was cancelled at the provider, told to the page', async () => {
    newcomer()
    const { url, cookie } = await world.begin({ returnTo: '/sign-in' })
    const cancelled = (code: string) => {
      const back = world.provider.consent(url)
      back.searchParams.delete('code')
      back.searchParams.set('error', code)
      return back
    }
    const headers = { cookie, accept: 'text/html,*/*' }
    const answer = await world.comeBack(cancelled('access_denied'), headers)
    expect(answer).toMatchObject({
      status: 303,
      location: `${home}sign-in#sign-in-error=sign_in_refused`,
    })
  })
})

describe('a provider that is away', () => {
  it('is a problem of its own, whatever of it is down, and over when it is back', async () => {
    newcomer()
    for (const path of ['/token', '/jwks']) {
      world.provider.down.add(path)
      // A key set that was read is kept for a while: this world has not read one for this key yet.
      const fresh = path === '/jwks' ? await openIdWorld({}, world) : world
      if (fresh !== world) fresh.provider.down.add(path)
      const answer = await fresh.tryToSignIn()
      expect(answer.body).toMatchObject({ status: 502, code: 'provider_unavailable' })
      expect(JSON.stringify(answer.body)).not.toContain('127.0.0.1')
      world.provider.down.clear()
      if (fresh !== world) await fresh.close()
    }
    expect((await world.tryToSignIn()).status).toBe(303)
  })

  it('is asked again after a pause where its discovery failed', async () => {
    const away = await openIdWorld({}, world)
    const discovery = '/.well-known/openid-configuration'
    away.provider.down.add(discovery)
    const answers = await Promise.all([away.begin(), away.begin(), away.begin()])
    expect(answers.map(({ body }) => body.code)).toEqual(
      Array<string>(3).fill('provider_unavailable'),
    )
    expect(away.provider.asked.get(discovery)).toBe(1)
    away.provider.down.clear()
    expect((await away.begin()).status).toBe(502)
    away.clock.advance(5001)
    expect((await away.begin()).status).toBe(200)
    await away.close()
  })

  it('keeps nobody waiting for longer than five seconds', async () => {
    newcomer()
    world.provider.silent.add('/token')
    const answer = await world.tryToSignIn()
    expect(answer.body).toMatchObject({ status: 502, code: 'provider_unavailable' })
  }, 15_000)
})
