import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { fileForm } from '../../test/file-form.ts'
import { peopleWorld } from '../../test/people-world.ts'
import type { PeopleWorld } from '../../test/people-world.ts'
import { sql } from '../infra/sql.ts'
import type { SignedIn } from '../auth/schema.ts'

const hour = 3_600_000

let world: PeopleWorld
beforeAll(async () => {
  world = await peopleWorld()
})
afterAll(() => world.close())

const png = (background: string) =>
  sharp({ create: { width: 300, height: 300, channels: 3, background } })
    .png()
    .toBuffer()
const tokenOf = ({ session }: SignedIn) => session.accessToken

async function put(person: SignedIn, file: Buffer) {
  const { headers, body } = await fileForm(file)
  return world.call('PUT', '/v1/users/me/avatar', { token: tokenOf(person), headers, body })
}

/** Sets it, and says its new address. */
async function choose(person: SignedIn, colour: string): Promise<string> {
  const { status, body } = await put(person, await png(colour))
  expect([status, body.code]).toEqual([200, undefined])
  return body.avatarUrl
}

async function files(): Promise<string[]> {
  const names = await readdir(world.folder, { recursive: true }).catch(() => [])
  return names.filter((name) => name.endsWith('.webp'))
}

const filesOf = async (address: string) =>
  (await files()).filter((name) => name.includes(address.split('/').at(-1) ?? ''))
const unused = () => world.db.query(sql`select key from unused_files`)
const colourOf = async (picture: Buffer) => {
  const [r = 0, g = 0, b = 0] = await sharp(picture).resize(1, 1).removeAlpha().raw().toBuffer()
  return r > 200 ? 'red' : g > 100 ? 'green' : b > 200 ? 'blue' : 'none'
}
const audited = (userId: string) =>
  world.db.query<{ action: string; actor: string }>(
    sql`select action, actor_id as actor from audit_log
      where subject_id = ${userId} and action like 'user.avatar%'`,
  )

describe('a picture of one’s own', () => {
  it('is shown at an address that says what it shows, in two sizes, for good', async () => {
    const ada = await world.person('ada', 'Ada Lovelace')
    const address = await choose(ada, 'red')
    expect(address).toMatch(new RegExp(`^/v1/avatars/${ada.user.id}/[0-9a-f]{32}$`))
    for (const [query, size] of [
      ['', 256],
      ['?size=256', 256],
      ['?size=64', 64],
    ]) {
      const { status, headers, raw } = await world.call('GET', `${address}${query}`)
      expect(status).toBe(200)
      expect(headers).toMatchObject({
        'content-type': 'image/webp',
        'cache-control': 'public, max-age=31536000, immutable',
        'x-content-type-options': 'nosniff',
        'content-security-policy': "default-src 'none'; sandbox",
        'cross-origin-resource-policy': 'cross-origin',
      })
      expect(await sharp(raw).metadata()).toMatchObject({ width: size, height: size })
      expect(await colourOf(raw)).toBe('red')
      const again = await world.call('GET', `${address}${query}`, {
        headers: { 'if-none-match': String(headers.etag) },
      })
      expect([again.status, again.raw.length]).toEqual([304, 0])
    }
    expect((await world.call('GET', `${address}?size=1000`)).body).toMatchObject({
      code: 'invalid_request',
      errors: [{ pointer: '/size' }],
    })
  })

  it('is told to one’s devices, and found by whoever looks', async () => {
    const ben = await world.person('ben')
    const before = world.announcer.toldTo(ben.user.id).length
    const address = await choose(ben, 'blue')
    const told = world.announcer.toldTo(ben.user.id).slice(before)
    expect(told).toMatchObject([{ type: 'user.updated', data: { avatarUrl: address } }])
    const token = tokenOf(await world.person('reader'))
    for (const path of [`/v1/users/${ben.user.id}`, '/v1/users?q=ben']) {
      const { body } = await world.call('GET', path, { token })
      expect([path, JSON.stringify(body)]).toEqual([path, expect.stringContaining(address)])
    }
    const [summary] = await world.db.query<{ url: string }>(
      sql`select avatar_url as url from user_summaries where id = ${ben.user.id}`,
    )
    expect(summary?.url).toBe(address)
  })

  it('takes the place of the one before, whose files go and whose address leads to it', async () => {
    const cora = await world.person('cora')
    const drawn = cora.user.avatarUrl
    const first = await choose(cora, 'red')
    const second = await choose(cora, 'blue')
    await vi.waitFor(async () => expect(await filesOf(first)).toEqual([]))
    expect(await filesOf(second)).toHaveLength(2)
    for (const old of [drawn, first]) {
      const { status, headers } = await world.call('GET', old)
      expect([status, headers.location]).toEqual([302, second])
      expect(headers['cache-control']).toBe('no-store')
      const small = await world.call('GET', `${old}?size=64`)
      expect(small.headers.location).toBe(`${second}?size=64`)
    }
    expect(await unused()).toEqual([])
  })

  it('is a file of one’s own, also where somebody else has the same picture', async () => {
    const [eve, finn] = [await world.person('eve'), await world.person('finn')]
    const [hers, his] = [await choose(eve, 'red'), await choose(finn, 'red')]
    expect(
      (await world.call('DELETE', '/v1/users/me/avatar', { token: tokenOf(eve) })).status,
    ).toBe(204)
    await vi.waitFor(async () => expect(await filesOf(hers)).toEqual([]))
    expect((await world.call('GET', his)).status).toBe(200)
  })

  it('of many chosen at once is one of them, and no file of the others stays', async () => {
    const gus = await world.person('gus')
    const colours = ['red', 'blue', 'green', 'red', 'blue', 'green']
    const answers = await Promise.all(colours.map((colour) => choose(gus, colour)))
    const { body } = await world.call('GET', '/v1/users/me', { token: tokenOf(gus) })
    expect(answers).toContain(body.avatarUrl)
    expect((await world.call('GET', body.avatarUrl)).raw.length).toBeGreaterThan(0)
    await vi.waitFor(async () => expect(await unused()).toEqual([]))
    for (const other of new Set(answers.filter((address) => address !== body.avatarUrl))) {
      expect(await filesOf(other)).toEqual([])
    }
    expect(await filesOf(body.avatarUrl)).toHaveLength(2)
  })
})

describe('without a picture', () => {
  it('a person is drawn from her name, at an address that says so', async () => {
    const hal = await world.person('hal', '王小明')
    const { avatarUrl } = hal.user
    const { status, headers, body, raw } = await world.call('GET', avatarUrl)
    expect([status, body]).toEqual([200, undefined])
    expect(headers).toMatchObject({
      'content-type': 'image/svg+xml',
      'content-disposition': 'attachment; filename="avatar.svg"',
      'content-security-policy': "default-src 'none'; sandbox",
      'cache-control': 'public, max-age=31536000, immutable',
    })
    expect(String(raw)).toContain('>王</text>')
    const change = { token: tokenOf(hal), body: { displayName: 'Hal <b>' } }
    const { body: changed } = await world.call('PATCH', '/v1/users/me', change)
    expect(changed.avatarUrl).not.toBe(avatarUrl)
    expect(String((await world.call('GET', changed.avatarUrl)).raw)).toContain('>HB</text>')
    expect((await world.call('GET', avatarUrl)).headers.location).toBe(changed.avatarUrl)
  })

  it('her own may be taken back at any time, and taking back nothing is no fault', async () => {
    const ida = await world.person('ida')
    const address = await choose(ida, 'red')
    for (let n = 0; n < 2; n++) {
      const { status } = await world.call('DELETE', '/v1/users/me/avatar', { token: tokenOf(ida) })
      expect(status).toBe(204)
    }
    const { body } = await world.call('GET', '/v1/users/me', { token: tokenOf(ida) })
    expect(body.avatarUrl).toBe(ida.user.avatarUrl)
    const told = world.announcer.toldTo(ida.user.id).filter(({ type }) => type === 'user.updated')
    expect(told).toHaveLength(2)
    await vi.waitFor(async () => expect(await filesOf(address)).toEqual([]))
  })

  it('or where her file is gone, she is drawn for the moment', async () => {
    const jo = await world.person('jo')
    const address = await choose(jo, 'red')
    for (const name of await filesOf(address)) await rm(join(world.folder, name))
    const { status, headers } = await world.call('GET', address)
    expect([status, headers['content-type']]).toEqual([200, 'image/svg+xml'])
    expect(headers['cache-control']).toBe('no-store')
  })

  it.each([
    '/v1/avatars/0192f0c1-7a5e-7c3b-9d2e-5f1a2b3c4d5e/93ed67ee70122a95',
    '/v1/avatars/0192f0c1-7a5e-7c3b-9d2e-5f1a2b3c4d5e/..%2f..%2fpostgres',
    '/v1/avatars/x/93ed67ee70122a95',
    "/v1/avatars/0192f0c1-7a5e-7c3b-9d2e-5f1a2b3c4d5e/'",
  ])('nobody is at %s', async (path) => {
    expect(await world.call('GET', path)).toMatchObject({
      status: 404,
      body: { code: 'not_found' },
    })
  })
})

describe('an administrator', () => {
  it('takes a picture away, which is on the record once', async () => {
    const [root, kim] = [await world.admin('root'), await world.person('kim')]
    await choose(kim, 'red')
    const path = `/v1/admin/users/${kim.user.id}/avatar`
    for (let n = 0; n < 2; n++) {
      expect((await world.call('DELETE', path, { token: tokenOf(root) })).status).toBe(204)
    }
    expect(await audited(kim.user.id)).toEqual([
      { action: 'user.avatar_removed', actor: root.user.id },
    ])
    const { body } = await world.call('GET', '/v1/users/me', { token: tokenOf(kim) })
    expect(body.avatarUrl).toBe(kim.user.avatarUrl)
    const nobody = `/v1/admin/users/0192f0c1-7a5e-7c3b-9d2e-5f1a2b3c4d5e/avatar`
    expect((await world.call('DELETE', nobody, { token: tokenOf(root) })).body.code).toBe(
      'user_not_found',
    )
  })

  it('who is none any more takes nothing away', async () => {
    const [lee, mia] = [await world.person('lee'), await world.person('mia')]
    const address = await choose(mia, 'red')
    await expect(world.avatars.removeOf(lee.user.id, mia.user.id)).rejects.toThrow(/not permitted/)
    expect(await filesOf(address)).toHaveLength(2)
  })
})

describe('what nobody names', () => {
  it('goes with the account, and an upload that comes too late leaves nothing', async () => {
    const nora = await world.person('nora')
    const address = await choose(nora, 'red')
    const [late] = await Promise.allSettled([
      world.avatars.set(nora.user.id, await png('blue')),
      world.users.deleteOwnUser(nora.user.id),
    ])
    expect(late.status === 'rejected' ? String(late.reason) : '').toMatch(/token|^$/)
    world.clock.advance(2 * hour)
    await world.unusedFiles.remove(new AbortController().signal)
    expect(await filesOf(address)).toEqual([])
    expect(await unused()).toEqual([])
    const rows = await world.db.query(sql`select avatar_url from users where id = ${nora.user.id}`)
    expect(rows).toEqual([{ avatar_url: null }])
    const known = await world.db.query<{ url: string }>(
      sql`select avatar_url as url from users where avatar_url is not null`,
    )
    const named = await Promise.all(known.map(({ url }) => filesOf(url)))
    expect((await files()).toSorted()).toEqual(named.flat().toSorted())
  })

  it('stays while its upload may be under way, and goes after that', async () => {
    const keys = ['avatars/00/left-behind-256.webp', 'avatars/00/left-behind-64.webp']
    await world.unusedFiles.announce(keys)
    const { signal } = new AbortController()
    await world.unusedFiles.remove(signal)
    expect(await unused()).toHaveLength(2)
    world.clock.advance(hour)
    await world.unusedFiles.remove(signal)
    expect(await unused()).toEqual([])
  })

  it('keeps no other one from going where it cannot be removed', async () => {
    const [first, second] = ['avatars/01/first-256.webp', 'avatars/01/second-256.webp'] as const
    await world.unusedFiles.announce([first])
    world.clock.advance(hour)
    await world.unusedFiles.announce([second])
    world.clock.advance(hour)
    const inTheWay = join(world.folder, first, 'a folder')
    await mkdir(inTheWay, { recursive: true })
    const { signal } = new AbortController()
    await expect(world.unusedFiles.remove(signal)).rejects.toMatchObject({ code: 'unavailable' })
    await expect(world.unusedFiles.remove(signal)).rejects.toMatchObject({ code: 'unavailable' })
    expect(await unused()).toEqual([{ key: first }])
    await rm(join(world.folder, first), { recursive: true })
    await world.unusedFiles.remove(signal)
    expect(await unused()).toEqual([])
  })
})
