import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Message, ParleyClient } from '@parley/client'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { databaseLine } from '../../test/database-line.ts'
import { startApp } from '../../test/start-app.ts'
import type { Person, Started } from '../../test/start-app.ts'
import { sql } from '../infra/sql.ts'

const realLog = fileURLToPath(
  new URL('../../../../shared/data/ubuntu-irc/2006-03-05.train-c.txt', import.meta.url),
)
if (!existsSync(realLog)) {
  process.stderr.write(
    `\n*** Tests: NO REAL LOGS at ${realLog}, the test on them is SKIPPED. ***\n`,
  )
}

let started: Started
let ada: Person
let folder: string
/** Each test has a channel of its own. */
let channel: string
let channels = 0

beforeAll(async () => {
  started = await startApp()
  ada = await started.person('ada')
})
afterAll(() => started.close())

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-irc-'))
  channel = `#channel-${++channels}`
  return () => rm(folder, { recursive: true })
})

async function log(name: string, ...lines: string[]): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, lines.map((line) => `${line}\n`).join(''))
  return path
}

function importFiles(...files: string[]) {
  return started.app.services.ircImport.run({ files, channel })
}

/** How the channel looks to somebody who finds it by its name and joins it. */
async function asSeenBy(reader: ParleyClient) {
  const roomId = await enter(reader)
  return { roomId, messages: await history(reader, roomId) }
}

async function enter(reader: ParleyClient): Promise<string> {
  const { data } = await reader.http.GET('/v1/channels', { params: { query: { q: channel } } })
  const roomId = data.items.find(({ name }) => name === channel)?.id ?? ''
  await reader.http.POST('/v1/rooms/{roomId}/join', { params: { path: { roomId } } })
  return roomId
}

async function history(reader: ParleyClient, roomId: string): Promise<Message[]> {
  const messages: Message[] = []
  for (;;) {
    const after = messages.at(-1)?.seq ?? 0
    const params = { path: { roomId }, query: { after, limit: 200 } }
    const { data } = await reader.http.GET('/v1/rooms/{roomId}/messages', { params })
    messages.push(...data.items)
    if (!data.hasAfter) return messages
  }
}

const spoken = (messages: readonly Message[]) =>
  messages.map(({ author, text, style, createdAt }) => [
    author.displayName,
    style === 'action' ? `/me ${text}` : text,
    createdAt.slice(0, 16),
  ])

describe('importing IRC logs', () => {
  it('makes a channel of them: messages in their order, with their authors and times', async () => {
    const later = await log('2006-03-06.txt', '[00:10]  * Ben yawns')
    const earlier = await log('2006-03-05.txt', '[23:58] <Ben> hi', '[00:01] <Cleo> hi Ben')
    const report = await importFiles(later, earlier)
    expect(report).toMatchObject({ files: 2, stored: 3, repeated: 0, people: 2 })
    const { messages } = await asSeenBy(ada)
    expect(spoken(messages)).toEqual([
      ['Ben', 'hi', '2006-03-05T23:58'],
      ['Cleo', 'hi Ben', '2006-03-06T00:01'],
      ['Ben', '/me yawns', '2006-03-06T00:10'],
    ])
  })

  it('makes a member of everyone who spoke or joined, from then on', async () => {
    const join = '=== Dora [n=d@host]  has joined #channel'
    await importFiles(await log('2006-03-05.txt', '[12:00] <Cleo> hi', join, '[12:05] <Eve> hi'))
    const roomId = await enter(ada)
    const { data } = await ada.http.GET('/v1/rooms/{roomId}/members', {
      params: { path: { roomId } },
    })
    expect(
      data.items.map(({ user, role, joinedAt }) => [user.displayName, role, joinedAt.slice(0, 16)]),
    ).toEqual([
      ['IRC import', 'owner', expect.any(String)],
      ['Cleo', 'member', '2006-03-05T12:00'],
      ['Dora', 'member', '2006-03-05T12:00'],
      ['Eve', 'member', '2006-03-05T12:05'],
      ['ada', 'member', expect.any(String)],
    ])
  })

  it('L7 leaves the room with a log without holes', async () => {
    const lines = Array.from({ length: 2500 }, (_, n) => `[12:00] <nick${n % 70}> line ${n}`)
    await importFiles(await log('2006-03-05.txt', ...lines))
    const { roomId, messages } = await asSeenBy(ada)
    expect(messages.map(({ text }) => text)).toEqual(lines.map((_, n) => `line ${n}`))
    const [room] = await started.app.db.query<{ lastSeq: number; entries: number }>(sql`
      select last_seq as "lastSeq", (select count(distinct seq) from room_log
        where room_id = ${roomId} and seq between 1 and last_seq) as entries
      from rooms where id = ${roomId}`)
    expect(room).toEqual({ lastSeq: 2500 + 70 + 2, entries: 2500 + 70 + 2 })
  })

  it('P3 stores nothing twice when done again, and what is new when a log has grown', async () => {
    const lines = ['[12:00] <Ben> hi', '[12:00] <Ben> hi', '[12:01] <Cleo> hi']
    await importFiles(await log('2006-03-05.txt', ...lines))
    const grown = await log('2006-03-05.txt', ...lines, '[12:02] <Cleo> bye')
    expect(await importFiles(grown)).toMatchObject({ stored: 1, repeated: 3, people: 2 })
    expect(await importFiles(grown)).toMatchObject({ stored: 0, repeated: 4 })
    const { messages } = await asSeenBy(ada)
    expect(messages.map(({ text }) => text)).toEqual(['hi', 'hi', 'hi', 'bye'])
  })

  it('takes nobody for somebody else: not by a username, not by a rename', async () => {
    await importFiles(
      await log(
        '2006-03-05.txt',
        '[12:00] <Ada> not the Ada who is here',
        '[12:01] <ada> still me',
        '=== ada is now known as ada|away',
        '[12:02] <ada|away> bye',
        '[12:03] <ada_away> another one',
      ),
    )
    const { messages } = await asSeenBy(ada)
    expect(messages.map(({ author }) => author)).toMatchObject([
      { username: 'ada-2', displayName: 'Ada' },
      { username: 'ada-2', displayName: 'Ada' },
      { username: 'ada_away', displayName: 'ada|away' },
      { username: 'ada_away-2', displayName: 'ada_away' },
    ])
    expect(messages.map(({ author }) => author.id)).not.toContain(ada.userId)
  })

  it('makes accounts nobody can log in to', async () => {
    await importFiles(await log('2006-03-05.txt', '[12:00] <lurker> hi'))
    for (const password of ['', 'lurker']) {
      await expect(started.client().login({ login: 'lurker', password })).rejects.toMatchObject({
        status: password === '' ? 400 : 401,
      })
    }
  })

  it('leaves out messages of who left the channel or deleted her account since', async () => {
    const { chat, users } = started.app.services
    const path = await log('2006-03-05.txt', '[12:00] <flo> hi', '[12:01] <gil> hi')
    await importFiles(path)
    const { roomId, messages } = await asSeenBy(ada)
    const [flo = '', gil = ''] = messages.map(({ author }) => author.id)
    const caller = { userId: flo, sessionId: '', role: 'user', expiresAt: Infinity } as const
    await chat.members.remove(caller, roomId, 'me')
    await users.deleteOwnUser(gil)
    expect(await importFiles(path)).toMatchObject({ stored: 0, repeated: 0, gone: 2 })
  })

  it('gives the channel to the owner it is told', async () => {
    const files = [await log('2006-03-05.txt', '[12:00] <Ben> hi')]
    await started.app.services.ircImport.run({ files, channel, owner: 'ada' })
    const { roomId } = await asSeenBy(ada)
    await ada.http.PATCH('/v1/rooms/{roomId}', {
      params: { path: { roomId } },
      body: { topic: 'what was said here' },
    })
  })

  it('refuses before it stores anything: an unknown owner, a missing file, a name without date', async () => {
    const path = await log('2006-03-05.txt', '[12:00] <Ben> hi')
    const undated = await log('ubuntu.txt', '[12:00] <Ben> hi')
    await expect(importFiles(path, join(folder, '2006-03-06.txt'))).rejects.toThrow('no such file')
    await expect(importFiles(path, undated)).rejects.toThrow("hold the log's date")
    await expect(
      started.app.services.ircImport.run({ files: [path], channel, owner: 'nobody' }),
    ).rejects.toMatchObject({ code: 'user_not_found' })
    const { data } = await ada.http.GET('/v1/channels', { params: { query: { q: channel } } })
    expect(data.items.filter(({ name }) => name === channel)).toEqual([])
  })

  it('stops at an archived channel', async () => {
    const files = [await log('2006-03-05.txt', '[12:00] <Ben> hi')]
    await started.app.services.ircImport.run({ files, channel, owner: 'ada' })
    const params = { path: { roomId: await enter(ada) } }
    await ada.http.PATCH('/v1/rooms/{roomId}', { params, body: { archived: true } })
    await expect(
      importFiles(await log('2006-03-06.txt', '[12:00] <Cleo> hi')),
    ).rejects.toMatchObject({ code: 'room_archived' })
  })

  it('P7 goes on, in order, where answers of the database are lost', async () => {
    const line = await databaseLine(started.databaseUrl)
    const unlucky = await startApp({ databaseUrl: line.url })
    const texts: string[] = []
    const files: string[] = []
    for (const day of [5, 6, 7]) {
      const said = Array.from({ length: 700 }, (_, n) => `day ${day} line ${n}`)
      const lines = said.map((text, n) => `[12:00] <unlucky${day}-${n % 50}> ${text}`)
      files.push(await log(`2006-03-0${day}.txt`, ...lines))
      texts.push(...said)
    }
    let cuts = 0
    await unlucky.app.services.ircImport.run({ files, channel }, () => {
      line.cutAtCommit('once')
      cuts++
    })
    expect(cuts).toBe(3)
    const { messages } = await asSeenBy(ada)
    expect(messages.map(({ text }) => text)).toEqual(texts)
    await unlucky.close()
    line.close()
  })

  it.skipIf(!existsSync(realLog))('reads a real log: every message once, in order', async () => {
    const lines = (await readFile(realLog, 'utf8')).split('\n')
    const said = lines.flatMap((line) => /^\[..:..\] <\S+> (.*\S)/.exec(line)?.[1] ?? [])
    const report = await importFiles(realLog)
    expect(said.length).toBeGreaterThan(1000)
    expect(report.stored).toBeGreaterThanOrEqual(said.length)
    expect(await importFiles(realLog)).toMatchObject({ stored: 0, repeated: report.stored })
    const { messages } = await asSeenBy(ada)
    expect(messages.length).toBe(report.stored)
    expect(messages.filter(({ style }) => style === 'text').map(({ text }) => text)).toEqual(said)
    expect(basename(realLog).startsWith(messages[0]?.createdAt.slice(0, 10) ?? '?')).toBe(true)
  })
})
