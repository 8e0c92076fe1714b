import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { peopleWorld } from '../../test/people-world.ts'
import type { PeopleWorld } from '../../test/people-world.ts'
import type { SignedIn } from '../auth/schema.ts'
import { sql } from '../infra/sql.ts'

let world: PeopleWorld
let root: SignedIn
beforeAll(async () => {
  world = await peopleWorld()
  root = await world.admin('root.admin')
})
afterAll(() => world.close())

const tokenOf = ({ session }: SignedIn) => session.accessToken
const remove = (userId: string, by = root, query = '') =>
  world.call('DELETE', `/v1/admin/users/${userId}${query}`, { token: tokenOf(by) })
const me = (who: SignedIn) => world.call('GET', '/v1/users/me', { token: tokenOf(who) })

describe('an account deleted by an administrator', () => {
  it('is gone at once: signed out everywhere, its name free, the deed on the record', async () => {
    const ada = await world.person('ada', 'Ada Lovelace')
    await world.call('PATCH', '/v1/users/me', { token: tokenOf(ada), body: { bio: 'Analyst' } })
    expect((await remove(ada.user.id)).status).toBe(204)
    expect((await me(ada)).status).toBe(401)
    expect(world.announcer.ended).toContainEqual(
      expect.objectContaining({ userId: ada.user.id, sessionIds: [ada.session.id] }),
    )
    const [row] = await world.db.query(
      sql`select display_name, email, bio, status from users where id = ${ada.user.id}`,
    )
    expect(row).toEqual({
      display_name: 'Deleted account',
      email: null,
      bio: '',
      status: 'deleted',
    })
    const { body } = await world.call('GET', `/v1/admin/audit?subjectId=${ada.user.id}&limit=1`, {
      token: tokenOf(root),
    })
    expect(body.items).toMatchObject([{ action: 'user.deleted', actor: { id: root.user.id } }])
    expect((await world.person('ada')).user.username).toBe('ada')
  })

  it('leaves its messages, or has them taken back where that is asked for', async () => {
    const [ben, cleo] = [await world.person('ben'), await world.person('cleo')]
    await remove(ben.user.id)
    await remove(cleo.user.id, root, '?texts=erase')
    const rows = await world.db.query(sql`select user_id as id from text_erasures`)
    expect(rows).toEqual([{ id: cleo.user.id }])
  })

  it('may be suspended, and is deleted once', async () => {
    const { user } = await world.person('dan')
    const body = { status: 'suspended' }
    await world.call('PATCH', `/v1/admin/users/${user.id}`, { token: tokenOf(root), body })
    const answers = await Promise.all([remove(user.id), remove(user.id)])
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([204, 404])
    expect((await remove(user.id)).body.code).toBe('user_not_found')
  })

  it('is never the administrator’s own', async () => {
    const { status, body } = await remove(root.user.id)
    expect([status, body.code]).toEqual([403, 'forbidden'])
    expect(body.detail).toBe(
      'unable to delete account; your own account is deleted at /v1/users/me',
    )
    expect((await me(root)).status).toBe(200)
  })

  it('is refused to who is no administrator at that moment', async () => {
    const [eve, fay] = [await world.admin('eve'), await world.person('fay')]
    const { administration } = world
    await administration.changeUser(root.user.id, eve.user.id, { role: 'user' })
    await expect(administration.deleteUser(eve.user.id, fay.user.id)).rejects.toMatchObject({
      code: 'forbidden',
    })
    expect((await me(fay)).status).toBe(200)
  })
})

it('however many administrators delete each other at once, one stays', async () => {
  const crowd = await peopleWorld()
  const admins: SignedIn[] = []
  for (let n = 0; n < 6; n++) admins.push(await crowd.admin(`admin${n}`))
  await crowd.openConnections()
  await Promise.allSettled(
    admins.flatMap(({ user }, n) => {
      const next = admins[(n + 1) % admins.length]?.user
      return [
        crowd.administration.deleteUser(user.id, next?.id ?? ''),
        crowd.administration.deleteByLogin(next?.username ?? '', 'keep'),
        crowd.users.deleteOwnUser(user.id),
      ]
    }),
  )
  const left = await crowd.db.query<{ username: string }>(
    sql`select username from users where role = 'admin' and status = 'active'`,
  )
  expect(left).toHaveLength(1)
  const last = crowd.administration.deleteByLogin(left[0]?.username ?? '', 'keep')
  await expect(last).rejects.toMatchObject({ code: 'last_admin' })
  await crowd.close()
})
