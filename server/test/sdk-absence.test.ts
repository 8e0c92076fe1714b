import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { expect, it, vi } from 'vitest'
import { ParleyClient } from '@parley/client'
import { BadWeather } from './bad-weather.ts'
import { createTestDatabase } from './database.ts'
import { startApp } from './start-app.ts'

it('P4 a bot hears each message once and in order, however often its line is cut', async () => {
  const started = await startApp()
  const ada = await started.person('ada')
  const ben = await started.person('ben')
  await ada.connect()
  const room = await ada.rooms.openDirect(ben.userId)
  const { url, check } = started
  const weather = new BadWeather([0])
  const bot = new ParleyClient({
    url,
    session: ben.session,
    fetch: check.fetch,
    WebSocket: weather.WebSocket(check.WebSocket),
    backOff: { firstMs: 5, maxMs: 20 },
  })
  const heard: (string | null)[] = []
  bot.on('message.created', ({ data }) => heard.push(data.text))
  await bot.connect()
  const texts = Array.from({ length: 60 }, (_, n) => `message ${n}`)
  for (const [n, text] of texts.entries()) {
    if (n % 7 === 0) weather.cutAll()
    await room.send(text)
  }
  await vi.waitFor(() => expect(heard).toHaveLength(60), 5000)
  expect(heard).toEqual(texts)
  for (const client of [ada, bot]) client.close()
  await started.close()
})

it('P3 what is sent while the server is away is stored once when it is back', async () => {
  const database = await createTestDatabase()
  const env = { PORT: String(await freePort()) }
  const first = await startApp({ databaseUrl: database.url, env })
  const ada = await first.person('ada')
  await ada.connect()
  const room = await ada.rooms.create({ kind: 'channel', name: 'Lobby' })
  await room.load()
  await room.send('before')
  await first.close()
  await vi.waitFor(() => expect(ada.connection.state.name).toBe('reconnecting'))
  const sent = ['one', 'two'].map((text) => room.send(text))
  expect(room.messages.map(({ state }) => state)).toEqual(['sent', 'pending', 'pending'])
  const second = await startApp({ databaseUrl: database.url, env })
  await Promise.all(sent)
  expect(room.messages.map(({ state, text }) => `${state} ${text}`)).toEqual([
    'sent before',
    'sent one',
    'sent two',
  ])
  const params = { path: { roomId: room.id } }
  const { data } = await ada.http.GET('/v1/rooms/{roomId}/messages', { params })
  expect(data.items.map(({ text }) => text)).toEqual(['before', 'one', 'two'])
  ada.close()
  await second.close()
  await database.drop()
}, 60_000)

it('a person who logs out and another who logs in see nothing of each other', async () => {
  const started = await startApp()
  const client = started.client()
  const accountOf = (username: string) => {
    const email = `${username}@example.org`
    return { username, email, password: `${username} at parley` }
  }
  await client.register(accountOf('ada'))
  await client.connect()
  const room = await client.rooms.create({ kind: 'group', name: 'Mine' })
  await client.logout()
  expect([client.user, client.session, client.rooms.list]).toEqual([undefined, undefined, []])
  expect(client.connection.state).toMatchObject({ name: 'closed', reason: 'left' })
  await client.register(accountOf('ben'))
  await client.connect()
  expect([client.user?.username, client.rooms.list]).toEqual(['ben', []])
  expect(room.isMember).toBe(false)
  client.close()
  await started.close()
})

/** A port nobody listens on. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // it listens on TCP
  server.close()
  await once(server, 'close')
  return port
}
