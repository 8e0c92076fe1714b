import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { tokenOf } from '../../test/mailbox.ts'
import { password, peopleWorld } from '../../test/people-world.ts'
import type { PeopleWorld } from '../../test/people-world.ts'
import { SoftwareAuthenticator } from '../../test/software-authenticator.ts'
import type { Deviation } from '../../test/software-authenticator.ts'
import { sql } from '../infra/sql.ts'
import { bytesOf, totpCode } from './totp.ts'

const origin = 'https://chat.example.org'
const path = '/v1/auth/passkeys'
const minute = 60_000

describe('passkeys', () => {
  let world: PeopleWorld
  beforeAll(async () => {
    world = await peopleWorld()
  })
  afterAll(() => world.close())

  const said = ({ status, body }: Awaited<ReturnType<PeopleWorld['call']>>) =>
    `${status} ${body?.code ?? ''}`.trim()
  const begin = (token: string, body: object = { currentPassword: password }) =>
    world.call('POST', `${path}/options`, { token, body })
  const add = (token: string, credential: object, name = 'telephone') =>
    world.call('POST', path, { token, body: { credential, name } })
  const options = async () => (await world.call('POST', '/v1/auth/passkey-login/options')).body
  const logIn = (credential: object) =>
    world.call('POST', '/v1/auth/passkey-login', { body: { credential, deviceName: 'tablet' } })
  const list = async (token: string) => (await world.call('GET', path, { token })).body.items

  /** Somebody with a passkey on a device of hers. */
  async function holder(username: string, device = new SoftwareAuthenticator(origin)) {
    const { user, session } = await world.person(username)
    const token = session.accessToken
    const added = await add(token, device.create((await begin(token)).body))
    expect(said(added)).toBe('201')
    return { user, token, device, passkey: added.body }
  }

  it.each(['ES256', 'EdDSA', 'RS256'] as const)(
    'of %s sign in without a password, more than once',
    async (algorithm) => {
      const device = new SoftwareAuthenticator(origin, { algorithm })
      const { user, token } = await holder(`with-${algorithm.toLowerCase()}`, device)
      for (let n = 0; n < 2; n++) {
        const { status, body } = await logIn(device.get(await options()))
        expect(status).toBe(200)
        expect(body.user.id).toBe(user.id)
        const { accessToken } = body.session
        expect((await world.call('GET', '/v1/users/me', { token: accessToken })).status).toBe(200)
      }
      const sessions = await world.call('GET', '/v1/auth/sessions', { token })
      expect(sessions.body.items[0].deviceName).toBe('tablet')
    },
  )

  it('are made for this host, discoverable, by a person who unlocks her device, none twice', async () => {
    const { user, token, device } = await holder('asked')
    const { body, headers } = await begin(token)
    expect(headers['cache-control']).toBe('no-store')
    expect(body).toMatchObject({
      rp: { id: 'chat.example.org' },
      user: { id: Buffer.from(user.id.replaceAll('-', ''), 'hex').toString('base64url') },
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      attestation: 'none',
      excludeCredentials: [{ id: device.get(await options()).id, transports: ['internal'] }],
    })
    expect(await options()).toMatchObject({
      rpId: 'chat.example.org',
      userVerification: 'required',
    })
  })

  it('are added only after a fresh proof: the password, or a code where two-factor is on', async () => {
    const { session } = await world.person('prover')
    const token = session.accessToken
    expect(said(await begin(token, {}))).toBe('401 invalid_credentials')
    expect(said(await begin(token, { currentPassword: 'not her password' }))).toBe(
      '401 invalid_credentials',
    )
    const setup = { token, body: { currentPassword: password } }
    const { secret } = (await world.call('POST', '/v1/auth/two-factor', setup)).body
    const code = () => totpCode(bytesOf(secret), Math.floor(world.clock.now() / 30_000))
    await world.call('POST', '/v1/auth/two-factor/confirm', { token, body: { code: code() } })
    world.clock.advance(minute)
    expect(said(await begin(token))).toBe('401 two_factor_required')
    expect(said(await begin(token, { code: '000000' }))).toBe('401 invalid_code')
    const device = new SoftwareAuthenticator(origin)
    const begun = await begin(token, { code: code() })
    expect(said(await add(token, device.create(begun.body)))).toBe('201')
    // Two factors by itself: no code at the door.
    expect(said(await logIn(device.get(await options())))).toBe('200')
  })

  const deviations: [string, Deviation][] = [
    ['of a page elsewhere', { origin: 'https://chat.example.org.evil.test' }],
    ['of a page without TLS', { origin: 'http://chat.example.org' }],
    ['for another host', { rpId: 'example.org' }],
    ['from a device nobody unlocked', { verified: false }],
    ['made for something else', { type: 'payment.get' }],
    ['to a challenge of its own', { challenge: 'kPZ0bQW6b3lFhoIFlmSBVA3y4zaWA0bCekAhgaOKqEU' }],
  ]

  it.each(deviations)('refuse an answer %s', async (_, deviation) => {
    const device = new SoftwareAuthenticator(origin)
    const { token } = await holder(
      `refused-${deviations.findIndex(([, one]) => one === deviation)}`,
      device,
    )
    const other = new SoftwareAuthenticator(origin)
    const made = other.create((await begin(token)).body, deviation)
    expect(said(await add(token, made))).toBe('401 invalid_passkey')
    const answer = device.get(await options(), deviation)
    expect(said(await logIn(answer))).toBe('401 invalid_passkey')
    expect(said(await logIn(device.get(await options())))).toBe('200')
  })

  it('refuse what another key signed, an unknown key, and a key in another name', async () => {
    const { user, device } = await holder('signer')
    const stranger = (await holder('stranger')).device
    const [right, foreign] = [device.get(await options()), stranger.get(await options())]
    const { signature } = foreign.response
    const forged = { ...right, response: { ...right.response, signature } }
    expect(said(await logIn(forged))).toBe('401 invalid_passkey')
    const userHandle = Buffer.from(user.id.replaceAll('-', ''), 'hex').toString('base64url')
    expect(said(await logIn(stranger.get(await options(), { userHandle })))).toBe(
      '401 invalid_passkey',
    )
    const { userHandle: _, ...nameless } = right.response
    expect(said(await logIn({ ...right, response: nameless }))).toBe('401 invalid_passkey')
    const unknown = { ...device.get(await options()), id: 'dW5rbm93bg', rawId: 'dW5rbm93bg' }
    expect(said(await logIn(unknown))).toBe('401 invalid_passkey')
  })

  it('answer a challenge once, whoever tries at once, and within five minutes', async () => {
    const { token, device } = await holder('single')
    const once = device.get(await options())
    await world.openConnections()
    const answers = await Promise.all(Array.from({ length: 5 }, () => logIn(once)))
    expect(answers.map(said).sort()).toEqual([
      '200',
      ...Array<string>(4).fill('401 invalid_passkey'),
    ])
    // A failure uses it up too.
    const asked = await options()
    expect(said(await logIn(device.get(asked, { verified: false })))).toBe('401 invalid_passkey')
    expect(said(await logIn(device.get(asked)))).toBe('401 invalid_passkey')

    const late = [await options(), (await begin(token)).body]
    world.clock.advance(5 * minute)
    expect(said(await logIn(device.get(late[0])))).toBe('401 invalid_passkey')
    expect(said(await add(token, device.create(late[1])))).toBe('401 invalid_passkey')
    await world.auth.passkeyChallenges.purge()
    expect(await world.db.query(sql`select from passkey_challenges`)).toEqual([])
  })

  it('answer the challenge of their own purpose and person', async () => {
    const { token, device } = await holder('purpose')
    const { token: hers } = await holder('neighbour')
    const begun = (await begin(token)).body
    expect(said(await add(hers, new SoftwareAuthenticator(origin).create(begun)))).toBe(
      '401 invalid_passkey',
    )
    const { challenge } = await options()
    const made = new SoftwareAuthenticator(origin).create(begun, { challenge })
    expect(said(await add(token, made))).toBe('401 invalid_passkey')
    const crossed = device.get(await options(), { challenge: begun.challenge })
    expect(said(await logIn(crossed))).toBe('401 invalid_passkey')
    expect(said(await add(token, new SoftwareAuthenticator(origin).create(begun)))).toBe('201')
  })

  it('are known to be copied where the count does not rise; some do not count', async () => {
    const { device } = await holder('counted')
    expect(said(await logIn(device.get(await options(), { counter: 10 })))).toBe('200')
    for (const counter of [0, 9, 10]) {
      const answer = device.get(await options(), { counter })
      expect(said(await logIn(answer))).toBe('401 invalid_passkey')
    }
    const together = [await options(), await options()].map((one) =>
      device.get(one, { counter: 11 }),
    )
    await world.openConnections()
    const answers = await Promise.all(together.map(logIn))
    expect(answers.map(said).sort()).toEqual(['200', '401 invalid_passkey'])

    const synced = new SoftwareAuthenticator(origin, { counts: false })
    await holder('synced', synced)
    for (let n = 0; n < 2; n++) expect(said(await logIn(synced.get(await options())))).toBe('200')
  })

  it('take no notice of statements that were not asked for', async () => {
    const { token } = await holder('stated')
    const device = new SoftwareAuthenticator(origin)
    const attStmt = new Map([['x5c', [Buffer.from('no certificate')]]])
    const made = device.create((await begin(token)).body, { statement: { fmt: 'packed', attStmt } })
    expect(said(await add(token, made))).toBe('201')
    expect(said(await logIn(device.get(await options())))).toBe('200')
  })

  it('are listed, named and removed by their person alone', async () => {
    const { token, device, passkey } = await holder('lister')
    const { token: other } = await holder('meddler')
    const one = `${path}/${passkey.id}`
    expect(await list(token)).toEqual([
      { ...passkey, name: 'telephone', backedUp: true, lastUsedAt: null },
    ])
    await logIn(device.get(await options()))
    expect((await list(token))[0].lastUsedAt).not.toBeNull()
    const rename = (as: string) =>
      world.call('PATCH', one, { token: as, body: { name: 'old one' } })
    expect(said(await rename(other))).toBe('404 passkey_not_found')
    expect((await rename(token)).body).toMatchObject({ id: passkey.id, name: 'old one' })
    expect(said(await world.call('DELETE', one, { token: other }))).toBe('404 passkey_not_found')
    expect(said(await world.call('DELETE', one, { token }))).toBe('204')
    expect(said(await world.call('DELETE', one, { token }))).toBe('404 passkey_not_found')
    expect(await list(token)).toEqual([])
    expect(said(await logIn(device.get(await options())))).toBe('401 invalid_passkey')
    const audit = await world.db.query<{ action: string }>(
      sql`select action from audit_log where detail ->> 'passkeyId' = ${passkey.id}
        or detail -> 'passkeyIds' ->> 0 = ${passkey.id} order by id`,
    )
    expect(audit.map(({ action }) => action)).toEqual(['passkey.added', 'passkey.removed'])
  })

  it('are at most twenty, each once', async () => {
    const { user, token, device } = await holder('collector')
    const again = device.create((await begin(token)).body)
    const { token: other } = await holder('copycat')
    expect(said(await add(token, again))).toBe('201')
    const { challenge } = (await begin(other)).body
    const clientDataJSON = Buffer.from(
      JSON.stringify({ type: 'webauthn.create', challenge, origin }),
    ).toString('base64url')
    const copied = { ...again, response: { ...again.response, clientDataJSON } }
    expect(said(await add(other, copied))).toBe('409 passkey_taken')
    await world.db.query(
      sql`insert into passkeys select gen_random_uuid(), user_id, name, sha256((id::text || n)::bytea), public_key,
          counter, transports, backed_up, created_at
        from passkeys, generate_series(1, 9) n where user_id = ${user.id}`,
    )
    const last = new SoftwareAuthenticator(origin).create((await begin(token)).body)
    expect(said(await add(token, last))).toBe('409 passkey_limit')
  })

  it('do not let a suspended person in, and end with the account', async () => {
    const { user, token, device } = await holder('leaver')
    const admin = (await world.admin('warden')).session.accessToken
    const change = (status: string) =>
      world.call('PATCH', `/v1/admin/users/${user.id}`, { token: admin, body: { status } })
    await change('suspended')
    expect(said(await logIn(device.get(await options())))).toBe('403 account_suspended')
    await change('active')
    const { body } = await logIn(device.get(await options()))
    await begin(body.session.accessToken)
    await world.call('DELETE', '/v1/users/me', { token: body.session.accessToken })
    expect(said(await logIn(device.get(await options())))).toBe('401 invalid_passkey')
    const left = await world.db.query(
      sql`select user_id from passkeys where user_id = ${user.id}
        union all select user_id from passkey_challenges where user_id = ${user.id}`,
    )
    expect(left).toEqual([])
    expect(said(await begin(token))).toBe('401 unauthenticated')
  })

  it('end where a forgotten password is replaced, also one that is being made', async () => {
    const { token, device } = await holder('forgetful')
    const begun = (await begin(token)).body
    const email = 'forgetful@example.org'
    await world.call('POST', '/v1/auth/password-reset', { body: { email } })
    const mail = await vi.waitFor(() => {
      const found = world.mails.findLast((one) => one.to === email && /Choose/.test(one.subject))
      if (!found) throw new Error('no mail yet')
      return found
    })
    const confirm = { token: tokenOf(mail), newPassword: password }
    await world.call('POST', '/v1/auth/password-reset/confirm', { body: confirm })
    expect(said(await logIn(device.get(await options())))).toBe('401 invalid_passkey')
    const body = { login: 'forgetful', password }
    const { accessToken } = (await world.call('POST', '/v1/auth/login', { body })).body.session
    expect(said(await add(accessToken, device.create(begun)))).toBe('401 invalid_passkey')
  })

  it('leave no challenge in the database as it is sent', async () => {
    const { challenge } = await options()
    const rows = await world.db.query(
      sql`select encode(challenge_hash, 'escape') as text, encode(challenge_hash, 'hex') as hex from passkey_challenges`,
    )
    expect(rows).not.toEqual([])
    expect(JSON.stringify(rows)).not.toContain(challenge)
    expect(JSON.stringify(rows)).not.toContain(Buffer.from(challenge, 'base64url').toString('hex'))
  })
})
