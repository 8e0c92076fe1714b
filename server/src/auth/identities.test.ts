import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openIdWorld } from '../../test/openid-world.ts'
import type { OpenIdWorld } from '../../test/openid-world.ts'
import { password } from '../../test/people-world.ts'
import { SoftwareAuthenticator } from '../../test/software-authenticator.ts'

let world: OpenIdWorld
beforeAll(async () => {
  world = await openIdWorld()
})
afterAll(() => world.close())
afterEach(() => void (world.provider.claims = {}))

const path = '/v1/auth/identities'
const verified = (email: string) => ({ email, email_verified: true })
let people = 0
function newcomer(claims: object = {}, at = world): string {
  const sub = `someone-${++people}`
  at.provider.person = { sub, preferred_username: sub, ...claims }
  return sub
}
const identitiesOf = async (token: string) =>
  (await world.call('GET', path, { token })).body.items as { id: string; subject: string }[]

/** The whole way of a link, as a program goes it. */
async function link(token: string, proof: object = { currentPassword: password }) {
  const body = { provider: 'example', returnTo: '/settings', ...proof }
  const begun = await world.call('POST', path, { token, body })
  if (begun.status !== 200) return { ...begun, location: '' }
  const cookie = String(begun.headers['set-cookie']).split(';')[0] ?? ''
  return world.comeBack(world.provider.consent(begun.body.url), { cookie })
}

describe('an account is found by issuer and subject', () => {
  it('never by its address: whoever has a verified one signs in and links', async () => {
    const { user } = await world.person('ada')
    await world.db.transaction((tx) => world.accounts.setEmail(tx, user.id, 'ada@example.org'))
    newcomer({ sub: 'ada-there', ...verified('Ada@example.org') })
    const refused = await world.tryToSignIn()
    expect(refused.body).toMatchObject({ status: 409, code: 'email_taken' })
    expect(refused.body.detail).toContain('sign in to that and link the provider')
    const { body } = await world.call('POST', '/v1/auth/login', {
      body: { login: 'ada', password },
    })
    expect(await link(body.session.accessToken)).toMatchObject({
      status: 303,
      location: 'https://chat.example.org/settings',
    })
    expect((await world.me((await world.signIn()).cookie)).id).toBe(user.id)
  })

  it('whose address is nobody’s yet, or only claimed, has an account of her own', async () => {
    const claimed = await world.person('claims') // claims@example.org, which she never confirmed
    newcomer(verified('claims@example.org'))
    const me = await world.me((await world.signIn()).cookie)
    expect(me).toMatchObject({ email: null, emailVerified: false, hasPassword: false })
    expect(me.id).not.toBe(claimed.user.id)
    newcomer({ email: 'claims@example.org', email_verified: false })
    expect(await world.me((await world.signIn()).cookie)).toMatchObject({ email: null })
    newcomer({ email: 'free@example.org', email_verified: 'true' })
    const unproved = { email: 'free@example.org', emailVerified: false }
    expect(await world.me((await world.signIn()).cookie)).toMatchObject(unproved)
  })

  it('and what cannot be kept of her keeps her out of nothing', async () => {
    newcomer({ preferred_username: '管理者', name: '\u202e', email: 'not an address' })
    const me = await world.me((await world.signIn()).cookie)
    expect(me).toMatchObject({ email: null })
    expect(me.username).toMatch(/^user(-\d+)?$/)
    newcomer({ preferred_username: '  Jo ', name: ` ${'x'.repeat(100)} ` })
    expect(await world.me((await world.signIn()).cookie)).toMatchObject({
      displayName: 'x'.repeat(64),
    })
  })
})

describe('linking', () => {
  it('asks who one is, shows what is linked, and is undone', async () => {
    const { session } = await world.person('lena')
    const token = session.accessToken
    expect((await link(token, {})).body.code).toBe('invalid_credentials')
    expect((await link(token, { currentPassword: 'wrong' })).body.code).toBe('invalid_credentials')
    const subject = newcomer({ name: 'Lena', email: 'lena@there.example' })
    await link(token)
    await link(token) // once more changes nothing
    const [mine, ...more] = await identitiesOf(token)
    expect(more).toEqual([])
    const shown = { provider: 'example', displayName: 'Lena', email: 'lena@there.example' }
    expect(mine).toMatchObject({ ...shown, subject, issuer: world.provider.url })
    expect((await world.call('DELETE', `${path}/${mine?.id}`, { token })).status).toBe(204)
    expect(await identitiesOf(token)).toEqual([])
    const again = await world.call('DELETE', `${path}/${mine?.id}`, { token })
    expect(again.body).toMatchObject({ status: 404, code: 'identity_not_found' })
  })

  it('gives no identity to two accounts, and no account two of one provider', async () => {
    const [nora, nina] = [await world.person('nora'), await world.person('nina')]
    newcomer()
    expect((await link(nora.session.accessToken)).status).toBe(303)
    expect((await link(nina.session.accessToken)).body.code).toBe('identity_taken')
    newcomer()
    const second = await link(nora.session.accessToken)
    expect(second.body).toMatchObject({ status: 409, code: 'identity_taken' })
    expect(second.body.detail).toContain('unlink that first')
  })

  it('goes with a password somebody else may have known', async () => {
    const { user, session } = await world.person('rosa')
    newcomer()
    await link(session.accessToken)
    await world.auth.passwords.reset('rosa', 'another long password')
    expect(await world.auth.identities.list(user.id)).toEqual([])
  })

  it('stays where an account came by it and gets its first password', async () => {
    const name = newcomer()
    const me = await world.me((await world.signIn()).cookie)
    await world.auth.passwords.reset(name, 'another long password')
    expect(await world.auth.identities.list(me.id)).toHaveLength(1)
  })

  it('cannot be undone where it is the last way to sign in, nor can a passkey', async () => {
    newcomer()
    const { id, token } = await world.me((await world.signIn()).cookie)
    const [mine] = await identitiesOf(token)
    const unlink = () => world.call('DELETE', `${path}/${mine?.id}`, { token })
    expect((await unlink()).body).toMatchObject({ status: 409, code: 'last_way_in' })
    const options = await world.auth.passkeys.begin(id)
    const authenticator = new SoftwareAuthenticator('https://chat.example.org')
    const credential = authenticator.create(options)
    const passkey = await world.auth.passkeys.add(id, { credential, name: 'key' })
    expect((await unlink()).status).toBe(204)
    const removed = await world.call('DELETE', `/v1/auth/passkeys/${passkey.id}`, { token })
    expect(removed.body).toMatchObject({ status: 409, code: 'last_way_in' })
  })
})

describe('whoever is not welcome', () => {
  it('stays out while she is suspended', async () => {
    newcomer()
    const { id } = await world.me((await world.signIn()).cookie)
    const admin = await world.admin('root')
    await world.administration.changeUser(admin.user.id, id, { status: 'suspended' })
    expect((await world.tryToSignIn()).body.code).toBe('account_suspended')
    const { location } = await world.signIn({ returnTo: '/in' })
    expect(location).toBe('https://chat.example.org/in#sign-in-error=account_suspended')
  })

  it('is forgotten with her account, and begins a new one if she comes again', async () => {
    const sub = newcomer({ email: 'gone@example.org' })
    const { id } = await world.me((await world.signIn()).cookie)
    await world.users.deleteOwnUser(id)
    expect(await world.auth.identities.list(id)).toEqual([])
    const me = await world.me((await world.signIn()).cookie)
    expect(me.username).toBe(sub)
    expect(me.id).not.toBe(id)
  })

  const refused = '403 email_not_allowed'
  it.each([
    { registration: 'closed', answers: Array<string>(4).fill('403 registration_closed') },
    { registration: 'invitation', answers: Array<string>(4).fill('403 invitation_required') },
    { registration: 'verified', answers: ['303', refused, '303', refused] },
    {
      registration: 'open',
      emailDomains: ['example.org'],
      answers: ['303', refused, refused, refused],
    },
  ] as const)(
    'gets no account with REGISTRATION $registration, EMAIL_DOMAINS $emailDomains',
    async (row) => {
      const { registration, answers } = row
      const emailDomains = 'emailDomains' in row ? row.emailDomains : undefined
      const one = await openIdWorld({ registration, emailDomains }, world)
      const name = `ida-${registration}`
      const unproved = { email: `${name}-2@example.org` }
      const some = [verified(`${name}@example.org`), unproved, verified(`${name}@else.example`), {}]
      const said: string[] = []
      for (const claims of some) {
        newcomer(claims, one)
        const { status, body } = await one.tryToSignIn()
        said.push(`${status} ${body?.code ?? ''}`.trim())
      }
      expect(said).toEqual(answers)
      await one.close()
    },
  )

  it('may be let in by the provider’s own rule, or kept out by it', async () => {
    const signIn = async (registration: 'open' | 'closed', policy: 'open' | 'closed') => {
      const oidcProviders = [{ ...world.provider.settings('example'), registration }]
      const one = await openIdWorld({ registration: policy, oidcProviders }, world)
      // Its provider is the one of the world around it.
      newcomer()
      const { url, cookie } = await one.begin()
      const { status } = await one.comeBack(world.provider.consent(url), { cookie })
      await one.close()
      return status
    }
    expect(await signIn('open', 'closed')).toBe(303)
    expect(await signIn('closed', 'open')).toBe(403)
  })

  it('by an invitation comes in as often as that says', async () => {
    const one = await openIdWorld({ registration: 'invitation' }, world)
    const admin = { username: 'boss', email: null, password, role: 'admin' } as const
    const { id } = await one.auth.service.createUser(admin)
    const { token: invitation } = await one.auth.invitations.create(id, { maxUses: 1 })
    newcomer({}, one)
    expect((await one.tryToSignIn({ invitation })).status).toBe(303)
    expect((await one.tryToSignIn()).status).toBe(303) // she is known now
    newcomer({}, one)
    expect((await one.tryToSignIn({ invitation })).body.code).toBe('invalid_invitation')
    await one.close()
  })
})
