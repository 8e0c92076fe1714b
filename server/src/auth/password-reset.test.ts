import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { tokenOf } from '../../test/mailbox.ts'
import { password, peopleWorld } from '../../test/people-world.ts'
import type { PeopleWorld } from '../../test/people-world.ts'

const hour = 3_600_000
const newPassword = 'notes by the translator'

describe('a forgotten password', () => {
  let world: PeopleWorld
  beforeAll(async () => {
    world = await peopleWorld()
  })
  afterAll(() => world.close())

  const ask = (email: string) => world.call('POST', '/v1/auth/password-reset', { body: { email } })
  const choose = (token: string, given = newPassword) =>
    world.call('POST', '/v1/auth/password-reset/confirm', { body: { token, newPassword: given } })
  const logIn = (login: string, given: string) =>
    world.call('POST', '/v1/auth/login', { body: { login, password: given } })
  const mailsTo = (to: string, subject: RegExp) =>
    world.mails.filter((one) => one.to === to && subject.test(one.subject))
  const newest = (to: string, subject: RegExp) =>
    vi.waitFor(() => {
      const mail = mailsTo(to, subject).at(-1)
      if (!mail) throw new Error(`no mail to ${to}`)
      return mail
    })
  const askForToken = async (email: string) => {
    await ask(email)
    return tokenOf(await newest(email, /Choose/))
  }

  it('P6 is replaced with the link of the mail: every session and its sockets end, the address is proved', async () => {
    const { user, session } = await world.person('ada')
    const token = await askForToken('ada@example.org')
    expect((await choose(token)).status).toBe(204)
    expect((await world.call('GET', '/v1/users/me', { token: session.accessToken })).status).toBe(
      401,
    )
    expect(world.announcer.ended).toContainEqual({ userId: user.id, sessionIds: [session.id] })
    expect((await logIn('ada', password)).status).toBe(401)
    const { status, body } = await logIn('ada', newPassword)
    expect([status, body.user.emailVerified]).toEqual([200, true])
    await newest('ada@example.org', /password was changed/)
  })

  it('has one answer for known and unknown addresses', async () => {
    await world.person('known')
    const [known, unknown] = [await ask('known@example.org'), await ask('nobody@example.org')]
    const bare = ({ status, body, headers }: typeof known) => [status, body, Object.keys(headers)]
    expect(bare(known)).toEqual(bare(unknown))
    expect(known.status).toBe(202)
    await newest('known@example.org', /Choose/)
    expect(mailsTo('nobody@example.org', /./)).toEqual([])
  })

  it('is answered before anything is looked up', async () => {
    await world.person('slow')
    let release = (): void => undefined
    const held = new Promise<void>((resolve) => (release = resolve))
    // Nobody gets a connection to the database meanwhile.
    const holds = Array.from({ length: 10 }, () => world.db.transaction(() => held))
    expect((await ask('slow@example.org')).status).toBe(202)
    release()
    await Promise.all(holds)
    await newest('slow@example.org', /Choose/)
  })

  it('is replaced once by each link, whatever is tried at once', async () => {
    await world.person('raced')
    const token = await askForToken('raced@example.org')
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, n) => choose(token, `${newPassword} ${n}`)),
    )
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1)
    expect(answers.filter(({ body }) => body?.code === 'invalid_token')).toHaveLength(7)
  })

  it('keeps the link where the new one is refused', async () => {
    await world.person('weak')
    const token = await askForToken('weak@example.org')
    expect(await choose(token, 'password')).toMatchObject({ body: { code: 'weak_password' } })
    expect((await choose(token)).status).toBe(204)
  })

  it('is not replaced by a link of an hour ago, one of another purpose, or one that is invented', async () => {
    await world.person('late')
    const refused = { status: 400, body: { code: 'invalid_token' } }
    const verification = tokenOf(await newest('late@example.org', /Confirm/))
    expect(await choose(verification)).toMatchObject(refused)
    expect(await choose('x'.repeat(43))).toMatchObject(refused)
    const token = await askForToken('late@example.org')
    world.clock.advance(hour)
    expect(await choose(token)).toMatchObject(refused)
  })

  it('leaves earlier links without effect once one was used, or the password changed', async () => {
    const { session } = await world.person('two')
    const first = await askForToken('two@example.org')
    const body = { currentPassword: password, newPassword }
    await world.call('POST', '/v1/auth/password', { token: session.accessToken, body })
    expect(await choose(first)).toMatchObject({ body: { code: 'invalid_token' } })
    await ask('two@example.org')
    await ask('TWO@example.org')
    const mails = await vi.waitFor(() => {
      const sent = mailsTo('two@example.org', /Choose/)
      expect(sent).toHaveLength(3)
      return sent
    })
    const [, second = '', third = ''] = mails.map(tokenOf)
    expect((await choose(second)).status).toBe(204)
    expect(await choose(third)).toMatchObject({ body: { code: 'invalid_token' } })
  })

  it('is not mailed about more than five times an hour, nor to who is suspended', async () => {
    await world.person('often')
    for (let n = 0; n < 8; n++) await ask('often@example.org')
    const { user } = await world.person('frozen')
    const root = await world.admin('rootreset')
    await world.call('PATCH', `/v1/admin/users/${user.id}`, {
      token: root.session.accessToken,
      body: { status: 'suspended' },
    })
    await ask('frozen@example.org')
    await askForToken('rootreset@example.org') // asked for after all these
    expect(mailsTo('often@example.org', /Choose/)).toHaveLength(5)
    expect(mailsTo('frozen@example.org', /Choose/)).toEqual([])
  })

  it('is in the audit log: who asked from where, and that it was replaced', async () => {
    const root = await world.admin('rootaudit')
    await choose(await askForToken('rootaudit@example.org'))
    const { body } = await logIn('rootaudit', newPassword)
    const token = body.session.accessToken
    const audit = await world.call('GET', '/v1/admin/audit', { token })
    const actions = audit.body.items
      .filter(({ subject }: { subject: { id: string } }) => subject.id === root.user.id)
      .map(({ action }: { action: string }) => action)
    expect(actions).toContain('password.reset_requested')
    expect(actions).toContain('password.reset')
  })
})
