import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { peopleWorld } from '../../test/people-world.ts'
import type { PeopleWorld } from '../../test/people-world.ts'
import { sql } from '../infra/sql.ts'

const people = [
  ['alexander', 'Alexander Humboldt'],
  ['alexandra.k', 'Alexandra Kollontai'],
  ['alex', 'Lex Luthor'],
  ['xanthippe', 'Xanthippe'],
  ['jose.garcia', 'José García'],
  ['liz', 'Alexis Zed'],
  ['wang', '王小明'],
  ['wang2', '王大明'],
  ['tolstoj', 'Лев Толстой'],
  ['umm', 'أم كلثوم'],
  ['hanako', '花子さん'],
  ['minjun', '김민준'],
  ['unicorn', '🦄 Magic'],
  ['percent', '100% Me'],
  ['under_score', 'Under Score'],
  ['snake', 'Undersnake'],
  ['begona', 'Ana Núñez'],
] as const

describe('search', () => {
  let world: PeopleWorld
  let token: string
  let searcherId: string
  beforeAll(async () => {
    world = await peopleWorld()
    for (const [username, displayName] of people) await world.person(username, displayName)
    const { user, session } = await world.person('zz.searcher')
    token = session.accessToken
    searcherId = user.id
  })
  afterAll(() => world.close())

  const get = (query: string) => world.call('GET', `/v1/users?${query}`, { token })
  async function find(q: string): Promise<string[]> {
    const { body } = await get(`q=${encodeURIComponent(q)}`)
    return body.items.map(({ username }: { username: string }) => username)
  }
  async function pages(q: string, limit: number): Promise<string[]> {
    const names: string[] = []
    let cursor = ''
    do {
      const { body } = await get(`q=${encodeURIComponent(q)}&limit=${limit}${cursor}`)
      names.push(...body.items.map(({ username }: { username: string }) => username))
      cursor = body.nextCursor === null ? '' : `&cursor=${body.nextCursor}`
    } while (cursor !== '')
    return names
  }

  it('puts usernames that begin with the term first, the exact one before them', async () => {
    expect((await find('alex')).slice(0, 4)).toEqual(['alex', 'alexander', 'alexandra.k', 'liz'])
    expect(await find('ALEXAND')).toEqual(expect.arrayContaining(['alexander', 'alexandra.k']))
  })

  it('finds display names by their beginning, then by a part', async () => {
    expect((await find('lex'))[0]).toBe('alex')
    expect(await find('lex l')).toEqual(expect.arrayContaining(['alex']))
    expect((await find('kollont'))[0]).toBe('alexandra.k')
    expect(await find('xand')).toEqual(expect.arrayContaining(['alexander', 'alexandra.k']))
  })

  it.each([
    ['alxander', 'alexander'],
    ['humbodlt', 'alexander'],
    ['xantipe', 'xanthippe'],
    ['jose garcia', 'jose.garcia'],
    ['hosé', 'jose.garcia'],
    ['толстои', 'tolstoj'],
    ['nunez', 'begona'],
    ['humbolt alexnader', 'alexander'],
    ['magci 🦄', 'unicorn'],
    ['xnathippe', 'xanthippe'],
  ])('forgives typing errors: %s', async (typed, username) => {
    expect(await find(typed)).toContain(username)
  })

  it.each([
    ['王', ['wang2', 'wang']],
    ['小明', ['wang']],
    ['大明', ['wang2']],
    ['лев', ['tolstoj']],
    ['ТОЛСТ', ['tolstoj']],
    ['كلثوم', ['umm']],
    ['花', ['hanako']],
    ['さん', ['hanako']],
    ['민준', ['minjun']],
    ['🦄', ['unicorn']],
  ])('finds names of every script: %s', async (typed, usernames) => {
    expect(await find(typed)).toEqual(usernames)
  })

  it('takes what is typed for itself, not for a pattern', async () => {
    expect(await find('%')).toEqual([])
    expect(await find('100%')).toEqual(['percent'])
    expect((await find('under_'))[0]).toBe('under_score')
    expect(await find('\\')).toEqual([])
    expect(await find("' or true --")).toEqual([])
  })

  it('finds nothing for what nobody is called', async () => {
    expect(await find('qqqqqqqq')).toEqual([])
    expect((await get('q=qqqqqqqq')).body).toEqual({ items: [], nextCursor: null })
  })

  it.each(['', 'q=', 'q=%20%20', `q=${'x'.repeat(101)}`, 'q=%00', 'q=a&q=b', 'q=a&limit=0'])(
    'refuses %s',
    async (query) => {
      expect(await get(query)).toMatchObject({ status: 400, body: { code: 'invalid_request' } })
    },
  )

  it.each([
    ['[9,0,"a","01890a5d-ac96-774b-bcce-b302099a8057"]'],
    ['[2,9007199254740991,"a","01890a5d-ac96-774b-bcce-b302099a8057"]'],
    ['[-1,-1,"","01890a5d-ac96-774b-bcce-b302099a8057"]'],
    ['[0,0,"a","x"]'],
    ['[0,0,"a\\u0000","01890a5d-ac96-774b-bcce-b302099a8057"]'],
    ['{}'],
  ])('survives the cursor %s', async (cursor) => {
    const encoded = Buffer.from(cursor).toString('base64url')
    expect([200, 400]).toContain((await get(`q=alex&cursor=${encoded}`)).status)
  })

  it('gives every page of the same order, nobody twice and nobody missing', async () => {
    const whole = await find('alexan')
    expect(whole.length).toBeGreaterThan(3)
    for (const limit of [1, 2, 3]) {
      expect(await pages('alexan', limit)).toEqual(whole)
    }
  })

  it('pages through many people of one name', async () => {
    await world.db.query(sql`
      insert into users (id, username, display_name, created_at, updated_at)
      select gen_random_uuid(), 'twin' || lpad(n::text, 3, '0'), 'Same Name', now(), now()
      from generate_series(1, 250) n`)
    for (const q of ['same', 'ame name', 'samme']) {
      const names = await pages(q, 60)
      expect([q, new Set(names).size, names.length]).toEqual([q, 250, 250])
    }
  })

  it('finds letters inside names page by page, whether few, some or many hold them', async () => {
    // In the order of their ids, and the other way round in the table. Reading along begins with
    // some, passes others and goes on to more of some; many are more than what the index may bring.
    const rows = [
      { name: 'xsomek', from: 1, to: 60 },
      { name: 'xfill', from: 1, to: 4200 },
      { name: 'xsomek', from: 61, to: 120 },
      { name: 'xmanyk', from: 1, to: 1700 },
      { name: 'xfewk', from: 1, to: 5 },
    ]
    for (const [at, { name, from, to }] of rows.entries()) {
      await world.db.query(sql`
        insert into users (id, username, display_name, created_at, updated_at)
        select ('01890a5d-ac96-774b-bcce-' || lpad(to_hex(${at * 10_000} + n), 12, '0'))::uuid,
          ${name} || n, 'N', now(), now()
        from generate_series(${from}::int, ${to}::int) n order by n desc`)
    }
    for (const { name, to } of rows.slice(2)) {
      const all = Array.from({ length: to }, (_, n) => `${name}${n + 1}`)
      expect(await pages(name.slice(1), 100)).toEqual(all)
    }
    await world.db.query(sql`delete from users where display_name = 'N'`)
  })

  it('leaves out suspended and deleted people', async () => {
    const { user } = await world.person('vanishing', 'Vanishing Act')
    const admin = await world.admin('an.admin')
    const change = (status: 'active' | 'suspended') =>
      world.administration.changeUser(admin.user.id, user.id, { status })
    for (const q of ['vanis', 'vanishing act', 'ishing', 'vanihsing']) {
      await change('suspended')
      expect(await find(q)).toEqual([])
      await change('active')
      expect(await find(q)).toEqual(['vanishing'])
    }
    await world.users.deleteOwnUser(user.id)
    expect(await find('vanishing')).toEqual([])
    expect(await find('Deleted account')).toEqual([])
  })

  it('leaves out people with a block in either direction, for both', async () => {
    const { user } = await world.person('hidden', 'Hidden Person')
    for (const [blocker, blocked] of [
      [searcherId, user.id],
      [user.id, searcherId],
    ] as const) {
      await world.blocks.block(blocker, blocked)
      for (const q of ['hid', 'hidden person', 'idden', 'hiddne']) expect(await find(q)).toEqual([])
      const { items } = await world.search.search(user.id, { q: 'zz.searcher' })
      expect(items).toEqual([])
      await world.blocks.unblock(blocker, blocked)
      for (const q of ['hid', 'idden', 'hiddne']) expect(await find(q)).toEqual(['hidden'])
    }
  })
})
