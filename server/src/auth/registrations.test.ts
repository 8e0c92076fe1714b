import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { tokenOf } from '../../test/mailbox.ts'
import { password, peopleWorld } from '../../test/people-world.ts'
import type { PeopleWorld } from '../../test/people-world.ts'
import { sql } from '../infra/sql.ts'

const hour = 3_600_000

function callsOf(world: () => PeopleWorld) {
  return {
    register: (username: string, more: object = {}) =>
      world().call('POST', '/v1/auth/register', {
        body: { username, email: `${username}@example.org`, password, ...more },
      }),
    confirm: (token: string) =>
      world().call('POST', '/v1/auth/register/confirm', { body: { token } }),
    logIn: (login: string) => world().call('POST', '/v1/auth/login', { body: { login, password } }),
    newest: (to: string, subject: RegExp) =>
      vi.waitFor(() => {
        const mail = world().mails.findLast((one) => one.to === to && subject.test(one.subject))
        if (!mail) throw new Error(`no mail to ${to}`)
        return mail
      }),
  }
}

describe('registration by invitation', () => {
  let world: PeopleWorld
  let rootId: string
  let token: string
  const signIn = async () => {
    token = (await world.auth.service.createSessionFor(rootId, 'test')).accessToken
  }
  beforeAll(async () => {
    world = await peopleWorld({ config: { registration: 'invitation' } })
    const wanted = { username: 'root', email: null, password, role: 'admin' } as const
    rootId = (await world.auth.service.createUser(wanted)).id
    await signIn()
  })
  afterAll(() => world.close())
  const { register } = callsOf(() => world)
  const invite = async (body: object = {}) =>
    (await world.call('POST', '/v1/admin/invitations', { token, body })).body
  const listed = async () => (await world.call('GET', '/v1/admin/invitations', { token })).body

  it('lets nobody in without one, nor with one that was invented', async () => {
    expect(await register('stranger')).toMatchObject({
      status: 403,
      body: { code: 'invitation_required' },
    })
    expect(await register('stranger', { invitation: 'x'.repeat(43) })).toMatchObject({
      status: 403,
      body: { code: 'invalid_invitation' },
    })
  })

  it('lets in as many as it says, however many try at once', async () => {
    const { token: invitation, invitation: made } = await invite({ maxUses: 3, note: 'choir' })
    const tries = Array.from({ length: 8 }, (_, n) => register(`guest${n}`, { invitation }))
    const answers = await Promise.all(tries)
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(3)
    expect(answers.filter(({ body }) => body.code === 'invalid_invitation')).toHaveLength(5)
    const one = await world.call('GET', `/v1/admin/invitations/${made.id}`, { token })
    expect(one.body).toMatchObject({
      note: 'choir',
      uses: 3,
      maxUses: 3,
      createdBy: { username: 'root' },
    })
  })

  it('does not count somebody who was refused', async () => {
    const { token: invitation } = await invite()
    expect((await register('root', { invitation })).body.code).toBe('username_taken')
    expect((await register('weak', { invitation, password: 'password' })).status).toBe(400)
    expect((await register('let-in', { invitation })).status).toBe(201)
  })

  it('ends with its time, a week where nothing else is said, and when it is taken back', async () => {
    const back = await invite({ maxUses: 9 })
    const path = `/v1/admin/invitations/${back.invitation.id}`
    expect((await world.call('DELETE', path, { token })).status).toBe(204)
    expect((await world.call('DELETE', path, { token })).status).toBe(204)
    expect((await register('toolate', { invitation: back.token })).status).toBe(403)
    expect((await listed()).items[0]).toMatchObject({ revokedAt: expect.any(String) })

    const { invitation, token: given } = await invite({ maxUses: 9 })
    expect(Date.parse(invitation.expiresAt) - Date.parse(invitation.createdAt)).toBe(168 * hour)
    world.clock.advance(168 * hour)
    expect((await register('toolate', { invitation: given })).status).toBe(403)
    await signIn()
  })

  it('is for administrators to give, page by page, and in the audit log; tokens are not kept', async () => {
    const { token: invitation } = await invite()
    const { body } = await register('guestofall', { invitation })
    const asGuest = { token: body.session.accessToken }
    expect((await world.call('GET', '/v1/admin/invitations', asGuest)).status).toBe(403)
    expect((await world.call('POST', '/v1/admin/invitations', asGuest)).status).toBe(403)
    const page = await world.call('GET', '/v1/admin/invitations?limit=1', { token })
    expect(page.body.items).toHaveLength(1)
    const next = `/v1/admin/invitations?limit=1&cursor=${page.body.nextCursor}`
    expect((await world.call('GET', next, { token })).body.items[0].id).not.toBe(
      page.body.items[0].id,
    )
    const audit = await world.call('GET', '/v1/admin/audit', { token })
    expect(audit.body.items).toContainEqual(
      expect.objectContaining({
        action: 'user.registered',
        detail: { invitationId: page.body.items[0].id },
      }),
    )
    expect(JSON.stringify(audit.body.items)).toContain('invitation.created')
    const rows = await world.db.query(sql`select i::text from invitations i`)
    expect(JSON.stringify(rows)).not.toContain(invitation)
    const nowhere = `/v1/admin/invitations/${randomUUID()}`
    expect((await world.call('DELETE', nowhere, { token })).body.code).toBe('invitation_not_found')
  })
})

describe('registration with a confirmed address', () => {
  let world: PeopleWorld
  beforeAll(async () => {
    world = await peopleWorld({
      config: { registration: 'verified', emailDomains: ['example.org', 'example.com'] },
    })
  })
  afterAll(() => world.close())
  const { register, confirm, logIn, newest } = callsOf(() => world)

  it('makes the account once the link of the mail is opened, its address confirmed', async () => {
    expect(await register('ada')).toMatchObject({ status: 202, body: undefined })
    const token = tokenOf(await newest('ada@example.org', /new account/))
    expect((await logIn('ada')).status).toBe(401)
    expect((await confirm(token)).status).toBe(204)
    expect((await confirm(token)).body.code).toBe('invalid_token')
    expect((await logIn('ada')).body.user).toMatchObject({ username: 'ada', emailVerified: true })
  })

  it('answers the same whatever is taken, and says so by mail only', async () => {
    await register('ben')
    await confirm(tokenOf(await newest('ben@example.org', /new account/)))
    const answers = [
      await register('free'),
      await register('ben', { email: 'other@example.org' }),
      await register('another', { email: 'BEN@example.org' }),
    ]
    for (const { status, body } of answers) expect([status, body]).toEqual([202, undefined])
    expect((await newest('other@example.org', /another username/)).text).not.toContain('#')
    expect((await newest('BEN@example.org', /have an account/)).text).not.toContain('#')
  })

  it('goes to whoever is first to confirm', async () => {
    await register('both', { email: 'one@example.org' })
    await register('both', { email: 'two@example.org' })
    const tokens = await Promise.all(
      ['one@example.org', 'two@example.org'].map(async (to) => tokenOf(await newest(to, /new/))),
    )
    const answers = await Promise.all(tokens.map(confirm))
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([204, 409])
  })

  it('takes addresses of the listed domains only, also for a change', async () => {
    for (const email of [
      'eve@evil.example',
      'eve@sub.example.org',
      'eve@example.org.evil.example',
    ]) {
      expect((await register('eve', { email })).body.code).toBe('email_not_allowed')
    }
    expect((await register('cleo', { email: 'cleo@EXAMPLE.com' })).status).toBe(202)
    await confirm(tokenOf(await newest('cleo@EXAMPLE.com', /new account/)))
    const { body } = await logIn('cleo')
    const change = await world.call('POST', '/v1/auth/email', {
      token: body.session.accessToken,
      body: { email: 'cleo@evil.example', currentPassword: password },
    })
    expect(change.body.code).toBe('email_not_allowed')
  })

  it('forgets who did not confirm within three days, and writes five times an hour at most', async () => {
    for (let n = 0; n < 7; n++) await register('slow')
    await register('behind')
    await newest('behind@example.org', /new account/)
    const sent = world.mails.filter(({ to }) => to === 'slow@example.org')
    expect(sent).toHaveLength(5)
    world.clock.advance(72 * hour)
    for (const mail of sent) expect((await confirm(tokenOf(mail))).status).toBe(400)
    await world.auth.pending.purge()
    expect(await world.db.query(sql`select from pending_registrations`)).toEqual([])
  })
})
