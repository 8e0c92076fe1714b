import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { peopleWorld } from '../../test/people-world.ts'
import type { PeopleWorld } from '../../test/people-world.ts'
import type { DbHandle } from '../infra/db.ts'
import type { Sql } from '../infra/sql.ts'
import type { SignedIn } from './schema.ts'
import { SessionLifetime } from './session-lifetime.ts'
import { SessionRegister } from './session-register.ts'

class Gate {
  open: () => void = () => undefined
  readonly opened = new Promise<void>((resolve) => (this.open = resolve))
}

/** The database, with answers that can be held back. */
class SlowDatabase implements DbHandle {
  readonly #db: DbHandle
  queries = 0
  answered = 0
  gate: Promise<void> = Promise.resolve()

  constructor(db: DbHandle) {
    this.#db = db
  }

  async query<Row extends object>(statement: Sql): Promise<Row[]> {
    this.queries++
    const rows = await this.#db.query<Row>(statement)
    this.answered++
    await this.gate
    return rows
  }
}

describe('the session register (P6)', () => {
  let world: PeopleWorld
  let db: SlowDatabase
  let register: SessionRegister
  let lifetime: SessionLifetime
  let count = 0
  let ann: SignedIn
  beforeAll(async () => {
    world = await peopleWorld()
  })
  afterAll(() => world.close())
  beforeEach(async () => {
    db = new SlowDatabase(world.db)
    const { clock, directory: users } = world
    lifetime = new SessionLifetime({ clock, days: 90, idleDays: 30 })
    register = new SessionRegister({ db, clock, lifetime, users })
    ann = await world.person(`ann${count++}`)
  })

  const check = () => register.check(ann.session.id, ann.user.id)
  const end = () => world.auth.sessions.end(ann.user.id, ann.session.id)
  const ended = () => ({ userId: ann.user.id, sessionIds: [ann.session.id] })

  it('asks once for many calls, and again after 30 s', async () => {
    const verdicts = await Promise.all(Array.from({ length: 20 }, check))
    expect(verdicts).toEqual(verdicts.map(() => ({ role: 'user' })))
    world.clock.advance(29_000)
    await check()
    const asked = db.queries
    world.clock.advance(1_000)
    await end()
    expect(await check()).toBeNull()
    expect(db.queries).toBe(2 * asked)
  })

  it('asks again as soon as it hears of an end', async () => {
    await check()
    await end()
    expect(await check()).toEqual({ role: 'user' })
    register.forget(ended())
    expect(await check()).toBeNull()
    await check()
    register.forget({ userId: ann.user.id, sessionIds: 'all' })
    expect(await check()).toBeNull()
  })

  it('keeps no verdict that was on its way when the end came', async () => {
    const held = new Gate()
    db.gate = held.opened
    const early = check()
    await expect.poll(() => db.answered).toBe(2)
    await end()
    register.forget(ended())
    held.open()
    expect(await early).toEqual({ role: 'user' })
    expect(await check()).toBeNull()
  })

  it('gives nobody who asks after the end an answer from before it', async () => {
    const held = new Gate()
    db.gate = held.opened
    const early = check()
    await expect.poll(() => db.answered).toBe(2)
    await end()
    register.forget({ userId: ann.user.id, sessionIds: 'all' })
    const late = check()
    held.open()
    await early
    expect(await late).toBeNull()
  })

  it('forgets one person only', async () => {
    const bea = await world.person(`bea${count}`)
    await check()
    await register.check(bea.session.id, bea.user.id)
    const asked = db.queries
    register.forget({ userId: bea.user.id, sessionIds: 'all' })
    await check()
    expect(db.queries).toBe(asked)
  })

  it('knows no session under another person', async () => {
    const bea = await world.person(`bea${count}`)
    expect(await register.check(ann.session.id, bea.user.id)).toBeNull()
    expect(await check()).toEqual({ role: 'user' })
    expect(await register.check(ann.session.id, bea.user.id)).toBeNull()
  })

  it('asks about many in two statements, and of open sockets only those it has not heard of for long', async () => {
    const people = await Promise.all(
      Array.from({ length: 5 }, (_, n) => world.person(`crowd${count}.${n}`)),
    )
    const sessions = people.map(({ user, session }) => ({ userId: user.id, sessionId: session.id }))
    expect(await register.listEnded(sessions, 20_000)).toEqual([])
    expect(db.queries).toBe(2)
    const [first, second] = people
    for (const one of [first, second]) {
      if (one) await world.auth.sessions.end(one.user.id, one.session.id)
    }
    world.clock.advance(19_000)
    expect(await register.listEnded(sessions, 20_000)).toEqual([])
    expect(db.queries).toBe(2)
    world.clock.advance(1_000)
    expect(await register.listEnded(sessions, 20_000)).toEqual(sessions.slice(0, 2))
    expect(db.queries).toBe(4)
    for (const { sessionId, userId } of sessions.slice(0, 2)) {
      expect(await register.check(sessionId, userId)).toBeNull()
    }
    expect(await register.listEnded(sessions.slice(2), 0)).toEqual([])
    expect(db.queries).toBe(6)
  })

  it('lets an error through and does not remember it', async () => {
    const broken = new SessionRegister({
      db: { query: () => Promise.reject(new Error('away')) },
      clock: world.clock,
      lifetime,
      users: world.directory,
    })
    await expect(broken.check(ann.session.id, ann.user.id)).rejects.toThrow('away')
    await expect(broken.check(ann.session.id, ann.user.id)).rejects.toThrow('away')
  })
})
