import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { strFromU8, unzipSync } from 'fflate'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { peopleWorld } from '../../test/people-world.ts'
import type { PeopleWorld } from '../../test/people-world.ts'
import { sql } from '../infra/sql.ts'
import { DataExports } from './data-exports.ts'
import { claimExport } from './export-queries.ts'
import { exportedTables } from './personal-data.ts'

const minute = 60_000
const day = 24 * 60 * minute

describe('a copy of my data', () => {
  let world: PeopleWorld
  let folder: string
  const nodes: DataExports[] = []
  beforeAll(async () => {
    world = await peopleWorld()
    folder = await mkdtemp(join(tmpdir(), 'parley-exports-'))
  })
  afterAll(async () => {
    for (const one of nodes) await one.close()
    await world.close()
    await rm(folder, { recursive: true })
  })

  function node(): DataExports {
    const onError = (error: unknown): never => {
      throw error
    }
    const one = new DataExports({ ...world, folder, onError })
    nodes.push(one)
    return one
  }

  async function ready(exports: DataExports, userId: string) {
    return vi.waitFor(async () => {
      const found = await exports.find(userId)
      if (found?.state !== 'ready') throw new Error(`the export is ${found?.state}`)
      return found
    }, 5000)
  }

  /** What the link of an export leads to. */
  async function follow(
    exports: DataExports,
    url: string | null,
  ): Promise<Record<string, unknown>> {
    const { id, link } = partsOf(url)
    const files = unzipSync(await buffer(await exports.open(id, link)))
    return JSON.parse(strFromU8(files['my-data.json'] ?? new Uint8Array()))
  }

  it('holds every section of the list, with what is hers and nothing that is secret', async () => {
    const exports = node()
    const { user } = await world.person('ada', 'Ada Lovelace')
    await world.person('ben', 'Ben Bystander')
    const asked = await exports.request(user.id)
    expect(asked).toMatchObject({ state: 'waiting', url: null, bytes: null })
    const { url, bytes } = await ready(exports, user.id)
    const copy = await follow(exports, url)
    for (const { section } of exportedTables())
      expect([section, copy[section]]).toEqual([section, expect.any(Array)])
    expect(copy.profile).toMatchObject([{ username: 'ada', email: 'ada@example.org' }])
    expect(copy.sessions).toMatchObject([{ address: '192.0.2.1', userAgent: 'curl/8.5.0' }])
    expect(JSON.stringify(copy)).not.toMatch(/Bystander|passwordHash|refreshHash|linkKey/)
    expect(bytes).toBeGreaterThan(100)
  })

  it('holds her picture beside it', async () => {
    const exports = node()
    const { user } = await world.person('pia')
    const square = { width: 8, height: 8, channels: 3, background: 'red' } as const
    await world.avatars.set(user.id, await sharp({ create: square }).png().toBuffer())
    await exports.request(user.id)
    const { url } = await ready(exports, user.id)
    const { id, link } = partsOf(url)
    const { 'picture.webp': picture, ...others } = unzipSync(
      await buffer(await exports.open(id, link)),
    )
    expect(await sharp(picture).metadata()).toMatchObject({ format: 'webp', width: 256 })
    expect(Object.keys(others)).toEqual(['my-data.json'])
    expect(await follow(exports, url)).toMatchObject({
      profile: [{ avatarUrl: expect.stringContaining(user.id) }],
    })
  })

  it('is the same one however often it is asked for within a day, and another one afterwards', async () => {
    const exports = node()
    const { user } = await world.person('cora')
    const asked = await Promise.all([exports.request(user.id), exports.request(user.id)])
    const { id } = await ready(exports, user.id)
    expect(asked.map((one) => one.id)).toEqual([id, id])
    expect((await exports.request(user.id)).id).toBe(id)
    world.clock.advance(day)
    expect(await exports.find(user.id)).toBeUndefined()
    expect((await exports.request(user.id)).id).not.toBe(id)
    await ready(exports, user.id)
  })

  it('is fetched by a link that nobody else can make, for 15 minutes', async () => {
    const exports = node()
    const { user } = await world.person('dora')
    await exports.request(user.id)
    const { url } = await ready(exports, user.id)
    const { id, link } = partsOf(url)
    await follow(exports, url)
    const later = String(Number(link.expires) + 1)
    for (const forged of [
      { ...link, expires: later },
      { ...link, expires: '1e99' },
      { ...link, signature: link.signature.replace(/^./, (c) => (c === 'A' ? 'B' : 'A')) },
      { ...link, signature: '' },
    ]) {
      await expect(exports.open(id, forged)).rejects.toThrow(/the link to it is over/)
    }
    await expect(exports.open("x' or true", link)).rejects.toThrow(/the link to it is over/)
    world.clock.advance(15 * minute)
    await expect(exports.open(id, link)).rejects.toThrow(/the link to it is over/)
    await follow(exports, (await ready(exports, user.id)).url)
  })

  it('is written by another node where the first one died over it', async () => {
    const dead = node()
    await dead.close()
    const { user } = await world.person('eve')
    await dead.request(user.id)
    const at = (ms: number) => new Date(world.clock.now() + ms).toISOString()
    expect(await claimExport(world.db, { at: at(0), until: at(5 * minute) })).toBeDefined()
    expect(await claimExport(world.db, { at: at(0), until: at(5 * minute) })).toBeUndefined()
    world.clock.advance(5 * minute)
    const second = node()
    second.start()
    expect(await follow(second, (await ready(second, user.id)).url)).toMatchObject({
      profile: [{ username: 'eve' }],
    })
  })

  it('is given up after five bad ends, and may be asked for again', async () => {
    const exports = node()
    const { user } = await world.person('finn')
    const failing = node()
    await failing.close()
    await failing.request(user.id)
    await world.db.query(sql`update data_exports set attempts = 5 where user_id = ${user.id}`)
    exports.start()
    await vi.waitFor(async () => expect((await exports.find(user.id))?.state).toBe('failed'), 5000)
    expect(await exports.request(user.id)).toMatchObject({ state: 'waiting' })
    await ready(exports, user.id)
  })

  it('is removed once it has run out, with what a dead node left half written', async () => {
    const exports = node()
    const { user } = await world.person('gus')
    await exports.request(user.id)
    const { id } = await ready(exports, user.id)
    await writeFile(join(folder, `${id}.0123456789ab.part`), 'half')
    await exports.purge()
    expect((await readdir(folder)).filter((name) => name.startsWith(id))).toHaveLength(2)
    world.clock.advance(day)
    await exports.purge()
    expect(await readdir(folder)).toEqual([])
  })

  it('goes with the account, also while it is being written', async () => {
    const exports = node()
    const { user } = await world.person('hal')
    await exports.request(user.id)
    const { id, link } = partsOf((await ready(exports, user.id)).url)
    await world.db.transaction((tx) => exports.accountEnded(tx, user.id))
    await expect(exports.open(id, link)).rejects.toThrow(/no such export/)
    await vi.waitFor(async () => expect(await readdir(folder)).toEqual([]), 5000)
    await exports.request(user.id)
    await world.db.transaction((tx) => exports.accountEnded(tx, user.id))
    await exports.close()
    await vi.waitFor(async () => expect(await readdir(folder)).toEqual([]), 5000)
  })
})

function partsOf(url: string | null) {
  const { pathname, searchParams } = new URL(url ?? '', 'http://localhost')
  const link = {
    expires: searchParams.get('expires') ?? '',
    signature: searchParams.get('signature') ?? '',
  }
  return { id: pathname.split('/').at(-1) ?? '', link }
}
