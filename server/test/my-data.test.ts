/** A person takes her data along, and goes: through the real app, down to the last table and file. */
import { randomUUID } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { strFromU8, unzipSync } from 'fflate'
import { Client } from 'pg'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { awaitMail } from './mailbox.ts'
import { startApp } from './start-app.ts'
import type { Person, Started } from './start-app.ts'

/** Words of hers that nobody else would say. */
const hers = {
  username: 'zephyrine',
  displayName: 'Zephyrine Quill',
  address: 'zephyrine@example.org',
  newAddress: 'quill@example.org',
  bio: 'collects barometers',
  status: 'reading the glass',
  device: 'the brass telegraph',
  token: 'weather robot',
  group: 'the needle fell by night',
  direct: 'only between the two of us',
  edited: 'first it was mercury',
  edit: 'then it was aneroid',
  deleted: 'this was a slip of the pen',
  reason: 'Zephyrine was too loud',
}

let started: Started
let her: Person
let ben: Person

beforeAll(async () => {
  started = await startApp()
  her = await started.person(hers.username)
  ben = await started.person('ben')
  await leaveTraces()
})
afterAll(() => started.close())

async function call(person: Person, method: string, path: string, body?: object) {
  const response = await fetch(new URL(path, started.url), {
    method,
    headers: {
      authorization: `Bearer ${person.session?.accessToken}`,
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  const answer: Record<string, string> = text === '' ? {} : JSON.parse(text)
  expect([path, response.ok, answer]).toEqual([path, true, answer])
  return answer
}

/** Something of hers in every place that takes a name, an address or a text. */
async function leaveTraces(): Promise<void> {
  const { displayName, bio, status: statusText } = hers
  await call(her, 'PATCH', '/v1/users/me', { displayName, bio, statusText })
  await her.http.PUT('/v1/users/me/avatar', { body: { file: await picture() }, bodySerializer })
  await call(her, 'PUT', `/v1/users/me/blocks/${ben.userId}`)
  await call(her, 'DELETE', `/v1/users/me/blocks/${ben.userId}`)
  const room = await call(ben, 'POST', '/v1/rooms', {
    clientId: randomUUID(),
    kind: 'group',
    name: 'Weather',
    memberIds: [her.userId],
  })
  const direct = await call(her, 'PUT', `/v1/rooms/direct/${ben.userId}`)
  const say = (roomId = '', text = '', who = her) =>
    call(who, 'POST', `/v1/rooms/${roomId}/messages`, { clientId: randomUUID(), text })
  await say(room.id, hers.group)
  await say(direct.id, hers.direct)
  const edited = await say(room.id, hers.edited)
  await call(her, 'PATCH', `/v1/rooms/${room.id}/messages/${edited.seq}`, { text: hers.edit })
  const deleted = await say(room.id, hers.deleted)
  await call(her, 'DELETE', `/v1/rooms/${room.id}/messages/${deleted.seq}`)
  await say(room.id, 'the words of Ben', ben)
  const { administration } = started.app.services
  await administration.promote('ben')
  const { reason } = hers
  await administration.changeUser(ben.userId, her.userId, { status: 'suspended', reason })
  await administration.changeUser(ben.userId, her.userId, { status: 'active', reason })
  const password = `${hers.username} at parley`
  await her.login({ login: hers.username, password, deviceName: hers.device })
  const proof = { currentPassword: password }
  await call(her, 'POST', '/v1/auth/tokens', {
    ...proof,
    name: hers.token,
    scopes: ['people:read'],
  })
  await call(her, 'POST', '/v1/auth/email', { ...proof, email: hers.newAddress })
  await awaitMail(started.dataDir, hers.newAddress, /./)
}

async function picture(): Promise<Blob> {
  const create = { width: 8, height: 8, channels: 3, background: 'red' } as const
  return new Blob([await sharp({ create }).png().toBuffer()])
}

function bodySerializer({ file }: { file: Blob }): FormData {
  const form = new FormData()
  form.set('file', file)
  return form
}

/** The pictures of everyone, in both sizes. */
async function pictures(): Promise<string[]> {
  const names = await readdir(join(started.dataDir, 'files'), { recursive: true })
  return names.filter((name) => name.endsWith('.webp'))
}

/** Every row of every table as text. */
async function dump(): Promise<string> {
  const client = new Client({ connectionString: started.databaseUrl })
  await client.connect()
  try {
    const { rows } = await client.query<{ name: string }>(
      `select quote_ident(tablename) as name from pg_tables where schemaname = 'public'`,
    )
    const texts: string[] = []
    for (const { name } of rows) {
      const found = await client.query<{ row: string }>(`select t::text as row from ${name} t`)
      texts.push(...found.rows.map(({ row }) => `${name} ${row}`))
    }
    return texts.join('\n')
  } finally {
    await client.end()
  }
}

const linesWith = (text: string, word: string) =>
  text.split('\n').filter((line) => line.toLowerCase().includes(word.toLowerCase()))

describe('my data', () => {
  it('comes as one file behind a link that needs no token', async () => {
    await call(her, 'POST', '/v1/users/me/export')
    const url = await vi.waitFor(async () => {
      const { state, url: link } = await call(her, 'GET', '/v1/users/me/export')
      expect(state).toBe('ready')
      return link ?? ''
    }, 10_000)
    const response = await fetch(new URL(url, started.url))
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('application/zip')
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="my-data.zip"')
    expect(response.headers.get('cache-control')).toBe('no-store')
    const { 'my-data.json': json, 'picture.webp': picture } = unzipSync(
      Buffer.from(await response.arrayBuffer()),
    )
    const text = strFromU8(json ?? new Uint8Array())
    expect(await sharp(picture).metadata()).toMatchObject({ format: 'webp', width: 256 })
    const { edited: _overwritten, deleted: _removed, ...rest } = hers
    for (const [what, word] of Object.entries(rest))
      expect([what, text.includes(word)]).toEqual([what, true])
    expect(text).not.toContain('the words of Ben')
    const copy = JSON.parse(text)
    expect(copy.messages).toHaveLength(4)
    expect(copy.memberships).toHaveLength(2)
    const forged = await fetch(new URL(`${url}x`, started.url))
    expect([forged.status, await forged.json()]).toMatchObject([404, { code: 'export_not_found' }])
    const wild = await fetch(new URL('/v1/exports/%27?expires=1&expires=2', started.url))
    expect([wild.status, await wild.json()]).toMatchObject([404, { code: 'export_not_found' }])
  })

  it('is nowhere any more once she has gone and taken her texts back', async () => {
    const before = await dump()
    const { edited: _overwritten, deleted: _removed, ...kept } = hers
    for (const [what, word] of Object.entries(kept)) {
      expect([what, linesWith(before, word).length > 0]).toEqual([what, true])
    }
    expect(await readdir(join(started.dataDir, 'exports'))).toHaveLength(1)
    expect(await pictures()).toHaveLength(2)
    const { avatarUrl = '' } = await call(her, 'GET', '/v1/users/me')
    await call(her, 'DELETE', '/v1/users/me?texts=erase')
    await started.app.services.chat.textErasure.run(new AbortController().signal)

    const after = await dump()
    for (const word of Object.values(hers)) expect(linesWith(after, word)).toEqual([])
    expect(linesWith(after, '127.0.0.1').filter((line) => line.includes(her.userId))).toEqual([])
    expect(linesWith(after, 'the words of Ben')).toHaveLength(1)
    await vi.waitFor(async () =>
      expect(await readdir(join(started.dataDir, 'exports'))).toEqual([]),
    )
    await vi.waitFor(async () => expect(await pictures()).toEqual([]))
    const shown = await fetch(new URL(avatarUrl, started.url))
    expect(shown.headers.get('content-type')).toBe('image/svg+xml')
    expect(await shown.text()).toContain('>DA</text>')
  })

  it('leaves her place: members still see that somebody wrote there', async () => {
    const { items } = (await call(ben, 'GET', '/v1/rooms')) as unknown as {
      items: { id: string; kind: string }[]
    }
    const direct = items.find(({ kind }) => kind === 'direct')
    const page = await call(ben, 'GET', `/v1/rooms/${direct?.id}/messages`)
    expect(page.items).toMatchObject([
      { text: null, author: { id: her.userId, displayName: 'Deleted account' } },
    ])
  })
})
