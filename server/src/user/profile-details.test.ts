import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { peopleWorld } from '../../test/people-world.ts'
import type { PeopleWorld } from '../../test/people-world.ts'
import { sql } from '../infra/sql.ts'
import { deleteLastSeen } from './last-seen-queries.ts'
import { eraseUser } from './user-queries.ts'

let world: PeopleWorld
let admin: Awaited<ReturnType<PeopleWorld['admin']>>
beforeAll(async () => {
  world = await peopleWorld()
  admin = await world.admin('root.admin')
})
afterAll(() => world.close())

const change = (token: string, body: object) => world.call('PATCH', '/v1/users/me', { token, body })
const me = (token: string) => world.call('GET', '/v1/users/me', { token })
const see = (token: string, id: string) => world.call('GET', `/v1/users/${id}`, { token })
const minutesFromNow = (n: number) => new Date(world.clock.now() + n * 60_000).toISOString()

describe('what a person says of herself', () => {
  it('a status text ends at its time, for herself and for others', async () => {
    const { user, session } = await world.person('ann')
    const token = session.accessToken
    const until = minutesFromNow(30)
    const status = { statusText: 'at lunch', statusTextUntil: until }
    expect((await change(token, status)).body).toMatchObject(status)
    expect((await see(admin.session.accessToken, user.id)).body).toMatchObject(status)
    await world.db.query(
      sql`update users set status_text_until = now() - interval '1 second' where id = ${user.id}`,
    )
    const over = { statusText: '', statusTextUntil: null }
    expect((await me(token)).body).toMatchObject(over)
    expect((await see(admin.session.accessToken, user.id)).body).toMatchObject(over)
    expect((await change(token, { bio: 'back' })).body).toMatchObject(over)
  })

  it('a new status text stays unless a time comes with it', async () => {
    const { session } = await world.person('bea')
    const token = session.accessToken
    const until = minutesFromNow(30)
    await change(token, { statusText: 'away', statusTextUntil: until })
    expect((await change(token, { bio: 'x' })).body.statusTextUntil).toBe(until)
    expect((await change(token, { statusText: 'here' })).body).toMatchObject({
      statusText: 'here',
      statusTextUntil: null,
    })
    expect((await change(token, { statusTextUntil: until })).body.statusTextUntil).toBe(until)
    expect((await change(token, { statusText: '' })).body.statusTextUntil).toBeNull()
  })

  it('time zone and language are shown to others, and taken back with null', async () => {
    const { user, session } = await world.person('cat')
    const token = session.accessToken
    const given = { timeZone: 'Asia/Tokyo', locale: 'pt-br' }
    expect((await change(token, given)).body).toMatchObject({
      timeZone: 'Asia/Tokyo',
      locale: 'pt-BR',
    })
    expect((await see(admin.session.accessToken, user.id)).body).toMatchObject({ locale: 'pt-BR' })
    const taken = { timeZone: null, locale: null }
    expect((await change(token, taken)).body).toMatchObject(taken)
  })
})

describe('fields an administrator defines', () => {
  const pronouns = { key: 'pronouns', label: 'Pronouns', kind: 'text', maxLength: 12 }
  const website = { key: 'website', label: 'Website', kind: 'url', maxLength: 100 }
  const define = (items: object[], token = admin.session.accessToken) =>
    world.call('PUT', '/v1/admin/profile-fields', { token, body: { items } })

  it('are defined by administrators, once each, and listed in their order', async () => {
    const { session } = await world.person('dot')
    const token = session.accessToken
    expect((await define([pronouns], token)).status).toBe(403)
    expect((await define([website, pronouns])).body).toEqual({ items: [website, pronouns] })
    const listed = await world.call('GET', '/v1/profile-fields', { token })
    expect(listed.body).toEqual({ items: [website, pronouns] })
    const twice = await define([pronouns, pronouns])
    expect(twice).toMatchObject({ status: 400, body: { errors: [{ pointer: '/items/1/key' }] } })
    expect((await define([{ ...pronouns, key: 'Not A Key' }])).status).toBe(400)
  })

  it('are filled in one by one, seen by others, and emptied', async () => {
    await define([pronouns, website])
    const { user, session } = await world.person('eve')
    const token = session.accessToken
    await change(token, { fields: { pronouns: ' she ' } })
    const both = { pronouns: 'she', website: 'https://example.org/eve' }
    const { body } = await change(token, { fields: { website: both.website } })
    expect(body.fields).toEqual(both)
    expect((await see(admin.session.accessToken, user.id)).body.fields).toEqual(both)
    expect(world.announcer.toldTo(user.id)).toHaveLength(2)
    await change(token, { fields: { website: both.website } })
    expect(world.announcer.toldTo(user.id)).toHaveLength(2)
    expect((await change(token, { fields: { website: '' } })).body.fields).toEqual({
      pronouns: 'she',
    })
  })

  it.each([
    [{ pronouns: 'x'.repeat(13) }, '/fields/pronouns'],
    [{ pronouns: 'a\nb' }, '/fields/pronouns'],
    [{ website: 'javascript:alert(1)' }, '/fields/website'],
    [{ website: 'https://parley.example@evil.example' }, '/fields/website'],
    [{ website: 'https://' }, '/fields/website'],
    [{ constructor: 'x' }, '/fields/constructor'],
  ])('refuse %j', async (fields, pointer) => {
    await define([pronouns, website])
    const answer = await change(admin.session.accessToken, { fields })
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer }] } })
  })

  it('take with them what people wrote, also where their kind changes', async () => {
    await define([pronouns, website])
    const { session } = await world.person('flo')
    const token = session.accessToken
    await change(token, { fields: { pronouns: 'she', website: 'https://example.org' } })
    await define([{ ...pronouns, label: 'Pronoun' }])
    expect((await me(token)).body.fields).toEqual({ pronouns: 'she' })
    await define([{ ...pronouns, kind: 'url' }])
    expect((await me(token)).body.fields).toEqual({})
  })
})

describe('when a person was last seen', () => {
  it('is written once in a few minutes, from what she calls', async () => {
    const { user, session } = await world.person('gil')
    const witness = admin.session.accessToken
    expect((await see(witness, user.id)).body.lastSeenAt).toBeNull()
    await me(session.accessToken)
    await world.lastSeen.flush()
    const first = (await see(witness, user.id)).body.lastSeenAt
    expect(Math.abs(Date.parse(first) - world.clock.now())).toBeLessThan(60_000)
    world.clock.advance(60_000)
    await me(session.accessToken)
    await world.lastSeen.flush()
    expect((await see(witness, user.id)).body.lastSeenAt).toBe(first)
    world.clock.advance(5 * 60_000)
    await me(session.accessToken)
    await world.lastSeen.flush()
    const later = Date.parse((await see(witness, user.id)).body.lastSeenAt)
    expect(later - Date.parse(first)).toBeGreaterThanOrEqual(6 * 60_000)
  })

  it('is hidden from everybody, from strangers, and where there is a block', async () => {
    const { user, session } = await world.person('hal')
    const { user: viewer, session: theirs } = await world.person('ivy')
    const token = session.accessToken
    await me(token)
    await world.lastSeen.flush()
    const seen = async () => (await see(theirs.accessToken, user.id)).body.lastSeenAt
    expect(await seen()).not.toBeNull()
    for (const lastSeenTo of ['contacts', 'nobody']) {
      await change(token, { lastSeenTo })
      expect([lastSeenTo, await seen()]).toEqual([lastSeenTo, null])
    }
    expect((await see(token, user.id)).body.lastSeenAt).not.toBeNull()
    await change(token, { lastSeenTo: 'everyone' })
    await world.blocks.block(user.id, viewer.id)
    expect(await seen()).toBeNull()
  })

  it('is forgotten with the account, also where a node writes it late', async () => {
    const { user, session } = await world.person('jan')
    await me(session.accessToken)
    await world.users.deleteOwnUser(user.id)
    await world.lastSeen.flush()
    expect(await world.db.query(sql`select from last_seen where user_id = ${user.id}`)).toEqual([])
  })

  it('is forgotten also where a node writes it while the account goes', async () => {
    const { user, session } = await world.person('kim')
    await me(session.accessToken)
    let writing: Promise<void> | undefined
    await world.db.transaction(async (tx) => {
      await eraseUser(tx, user.id, 'deleted-kim', new Date().toISOString())
      await deleteLastSeen(tx, user.id)
      writing = world.lastSeen.flush()
      await vi.waitFor(async () => {
        const waiting = sql`select from pg_stat_activity where datname = current_database()
          and wait_event_type = 'Lock' and query like 'insert into last_seen%'`
        expect(await world.db.query(waiting)).toHaveLength(1)
      })
    })
    await writing
    expect(await world.db.query(sql`select from last_seen where user_id = ${user.id}`)).toEqual([])
  })
})
