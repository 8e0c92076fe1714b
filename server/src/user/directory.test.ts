import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { peopleWorld } from '../../test/people-world.ts'
import type { PeopleWorld } from '../../test/people-world.ts'
import { sql } from '../infra/sql.ts'

const waiting = sql`
  select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`

describe('the directory', () => {
  let world: PeopleWorld
  const ids: Record<'active' | 'suspended' | 'deleted', string> = {
    active: '',
    suspended: '',
    deleted: '',
  }
  const unknown = '01890a5d-ac96-774b-bcce-b302099a8057'
  beforeAll(async () => {
    world = await peopleWorld()
    ids.active = (await world.person('active')).user.id
    ids.suspended = (await world.person('suspended')).user.id
    ids.deleted = (await world.person('deleted')).user.id
    const admin = await world.admin('an.admin')
    await world.administration.changeUser(admin.user.id, ids.suspended, { status: 'suspended' })
    await world.users.deleteOwnUser(ids.deleted)
  })
  afterAll(() => world.close())

  it('names everyone who ever was, by id', async () => {
    const all = [...Object.values(ids), unknown]
    const users = await world.directory.getPublicUsers(world.db, all)
    expect([...users.keys()].sort()).toEqual(Object.values(ids).sort())
    expect(users.get(ids.active)?.username).toBe('active')
    expect(await world.directory.getPublicUsers(world.db, [])).toEqual(new Map())
  })

  it('locks people who are active, or says that someone is not there', async () => {
    const lock = (people: string[]) =>
      world.db.transaction((tx) => world.directory.lockActiveUsers(tx, people))
    await expect(lock([ids.active, ids.active])).resolves.toBeUndefined()
    await expect(lock([])).resolves.toBeUndefined()
    for (const id of [ids.suspended, ids.deleted, unknown]) {
      await expect(lock([ids.active, id])).rejects.toMatchObject({ code: 'user_not_found' })
    }
  })

  it('keeps an account active for as long as it is locked', async () => {
    const { user } = await world.person('held')
    const { user: admin } = await world.admin('another.admin')
    let suspended = false
    const suspension = world.db.transaction(async (tx) => {
      await world.directory.lockActiveUsers(tx, [user.id])
      const change = world.administration
        .changeUser(admin.id, user.id, { status: 'suspended' })
        .then(() => (suspended = true))
      await expect.poll(() => world.db.query(waiting)).toHaveLength(1)
      expect(suspended).toBe(false)
      return { change }
    })
    await (
      await suspension
    ).change
    expect(suspended).toBe(true)
  })

  it('shows a person herself, unless she is deleted', async () => {
    const { directory, db } = world
    expect(await directory.getOwnUser(db, ids.suspended)).toMatchObject({ status: 'suspended' })
    await expect(directory.getOwnUser(db, ids.deleted)).rejects.toMatchObject({
      code: 'user_not_found',
    })
  })
})
