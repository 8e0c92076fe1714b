import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { tokenOf } from '../../test/mailbox.ts'
import { password, peopleWorld } from '../../test/people-world.ts'
import type { PeopleWorld } from '../../test/people-world.ts'
import { sql } from '../infra/sql.ts'

const hour = 3_600_000

describe('e-mail addresses', () => {
  let world: PeopleWorld
  beforeAll(async () => {
    world = await peopleWorld()
  })
  afterAll(() => world.close())

  const confirm = (token: string) =>
    world.call('POST', '/v1/auth/email-verification/confirm', { body: { token } })
  const me = async (token: string) => (await world.call('GET', '/v1/users/me', { token })).body
  const change = (token: string, email: string, currentPassword = password) =>
    world.call('POST', '/v1/auth/email', { token, body: { email, currentPassword } })
  const newest = (to: string, subject: RegExp) =>
    vi.waitFor(() => {
      const mail = world.mails.findLast((one) => one.to === to && subject.test(one.subject))
      if (!mail) throw new Error(`no mail to ${to}`)
      return mail
    })
  /** The token of the link sent to an address. */
  const linkTo = async (to: string) => tokenOf(await newest(to, /Confirm/))

  it('are confirmed by the link that is sent at registration, and the devices hear of it', async () => {
    const { user, session } = await world.person('ada')
    const mail = await newest('ada@example.org', /Confirm/)
    expect(mail.text).toContain('https://chat.example.org/account.html#verify-email/')
    expect(mail.html).toContain(tokenOf(mail))
    expect(await me(session.accessToken)).toMatchObject({ emailVerified: false })
    expect((await confirm(tokenOf(mail))).status).toBe(204)
    expect(await me(session.accessToken)).toMatchObject({ emailVerified: true })
    expect(world.announcer.toldTo(user.id)).toMatchObject([
      { type: 'user.updated', data: { emailVerified: true } },
    ])
  })

  it('are confirmed once by each link, and not by one of many uses at once but one', async () => {
    await world.person('once')
    const token = await linkTo('once@example.org')
    const answers = await Promise.all(Array.from({ length: 20 }, () => confirm(token)))
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1)
    expect(answers.filter(({ body }) => body?.code === 'invalid_token')).toHaveLength(19)
  })

  it('are not confirmed by a link of three days ago, an invented one, or one for another purpose', async () => {
    await world.person('late')
    const token = await linkTo('late@example.org')
    const email = 'late@example.org'
    await world.call('POST', '/v1/auth/password-reset', { body: { email } })
    const reset = tokenOf(await newest(email, /password/))
    const refused = { status: 400, body: { code: 'invalid_token' } }
    expect(await confirm('x'.repeat(43))).toMatchObject(refused)
    expect(await confirm(reset)).toMatchObject(refused)
    world.clock.advance(72 * hour)
    expect(await confirm(token)).toMatchObject(refused)
  })

  it('are asked about again, five times an hour and no more, and not once confirmed', async () => {
    const { session } = await world.person('again')
    const ask = () =>
      world.call('POST', '/v1/auth/email-verification', { token: session.accessToken })
    const sent = () => world.mails.filter(({ to }) => to === 'again@example.org').length
    await vi.waitFor(() => expect(sent()).toBe(1))
    for (let n = 0; n < 6; n++) expect((await ask()).status).toBe(202)
    // A mail to somebody else, asked for after them, is there: so would be one more of these.
    await world.person('behind')
    await linkTo('behind@example.org')
    expect(sent()).toBe(5)
    const [mail] = world.mails.filter(({ to }) => to === 'again@example.org')
    if (mail) await confirm(tokenOf(mail))
    world.clock.advance(hour)
    await world
      .call('POST', '/v1/auth/login', { body: { login: 'again', password } })
      .then(({ body }) =>
        world.call('POST', '/v1/auth/email-verification', { token: body.session.accessToken }),
      )
    await world.person('further')
    await linkTo('further@example.org')
    expect(sent()).toBe(5)
  })

  it('change once the new one is confirmed, of which the old one is told', async () => {
    const { session } = await world.person('mover')
    expect((await change(session.accessToken, 'new@example.org')).status).toBe(202)
    const token = await linkTo('new@example.org')
    expect(await me(session.accessToken)).toMatchObject({ email: 'mover@example.org' })
    expect((await confirm(token)).status).toBe(204)
    expect(await me(session.accessToken)).toMatchObject({
      email: 'new@example.org',
      emailVerified: true,
    })
    await newest('mover@example.org', /was changed/)
  })

  it('change with the password only', async () => {
    const { session } = await world.person('guard')
    const refused = await change(session.accessToken, 'thief@example.org', 'not her password')
    expect(refused).toMatchObject({ status: 401, body: { code: 'invalid_credentials' } })
  })

  it('that are someone else’s look free until whoever reads their mail asks', async () => {
    await world.person('first')
    const { session } = await world.person('second')
    expect((await change(session.accessToken, 'FIRST@example.org')).status).toBe(202)
    const token = await linkTo('FIRST@example.org')
    expect(await confirm(token)).toMatchObject({ status: 409, body: { code: 'email_taken' } })
    expect(await me(session.accessToken)).toMatchObject({ email: 'second@example.org' })
  })

  it('leave every link to the old address without effect', async () => {
    const { session } = await world.person('leaver')
    const email = 'leaver@example.org'
    await world.call('POST', '/v1/auth/password-reset', { body: { email } })
    const reset = tokenOf(await newest(email, /password/))
    const old = await linkTo(email)
    await change(session.accessToken, 'left@example.org')
    await confirm(await linkTo('left@example.org'))
    expect(await confirm(old)).toMatchObject({ body: { code: 'invalid_token' } })
    const body = { token: reset, newPassword: 'of a thief of mail' }
    expect(await world.call('POST', '/v1/auth/password-reset/confirm', { body })).toMatchObject({
      body: { code: 'invalid_token' },
    })
  })

  it('are confirmed for nobody who is suspended or gone', async () => {
    const root = await world.admin('rootmail')
    const { user } = await world.person('frozen')
    const token = await linkTo('frozen@example.org')
    const status = (to: string) =>
      world.call('PATCH', `/v1/admin/users/${user.id}`, {
        token: root.session.accessToken,
        body: { status: to },
      })
    await status('suspended')
    expect(await confirm(token)).toMatchObject({ body: { code: 'invalid_token' } })

    const gone = await world.person('goner')
    await linkTo('goner@example.org')
    await world.call('DELETE', '/v1/users/me', { token: gone.session.accessToken })
    const left = await world.db.query(
      sql`select from mail_tokens where user_id = ${gone.user.id} or email like 'goner%'`,
    )
    expect(left).toEqual([])
  })

  it('are stored beside the hash of their token only, which goes when it runs out', async () => {
    await world.person('hashed')
    const token = await linkTo('hashed@example.org')
    const rows = await world.db.query(sql`select t::text as text from mail_tokens t`)
    expect(rows.length).toBeGreaterThan(0)
    expect(JSON.stringify(rows)).not.toContain(token)
    world.clock.advance(72 * hour)
    await world.auth.mailTokens.purge()
    expect(await world.db.query(sql`select from mail_tokens`)).toEqual([])
  })
})
