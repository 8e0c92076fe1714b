import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { startApp } from './start-app.ts'
import type { Started } from './start-app.ts'
import { startRedisServer } from './servers/redis.ts'
import type { RedisServer } from './servers/redis.ts'

const redis = await startRedisServer()

describe.skipIf(redis === null)('two nodes on one Redis', () => {
  let first: Started
  let second: Started
  // The suite is skipped where there is none.
  const server = redis as RedisServer

  beforeAll(async () => {
    const env = { REDIS_URL: server.url }
    first = await startApp({ env })
    second = await startApp({ env, databaseUrl: first.databaseUrl })
  })
  afterAll(async () => {
    await second.close()
    await first.close()
    await server.stop()
  })

  /** Ada on the first node, Ben on the second, in one room. */
  async function pair(name: string) {
    const ada = await first.person(`ada.${name}`)
    const other = await second.person(`ben.${name}`)
    const memberIds = [other.userId]
    const { data: room } = await ada.http.POST('/v1/rooms', {
      body: { clientId: randomUUID(), kind: 'group', name, memberIds },
    })
    const send = async (text: string) => {
      const params = { params: { path: { roomId: room.id } } }
      const body = { clientId: randomUUID(), text }
      return (await ada.http.POST('/v1/rooms/{roomId}/messages', { ...params, body })).data
    }
    return { ada, ben: other, room, send }
  }

  it('H1 deliver to each other, in order', async () => {
    const { ben, send } = await pair('talk')
    const socket = await ben.openSocket()
    const heard: string[] = []
    socket.on('message.created', ({ data }) => heard.push(data.text ?? ''))
    const said = Array.from({ length: 50 }, (_, n) => `message ${n}`)
    for (const text of said) await send(text)
    await vi.waitFor(() => expect(heard).toEqual(said))
    socket.close()
  })

  it('P3 a repeat on the other node is the same message', async () => {
    const { ada, room } = await pair('repeat')
    const socket = await ada.openSocket()
    const input = { clientId: randomUUID(), text: 'once' }
    const sent = await socket.send('message.send', { room: room.id, ...input })
    const there = second.client(ada.session)
    const { data, response } = await there.http.POST('/v1/rooms/{roomId}/messages', {
      params: { path: { roomId: room.id } },
      body: input,
    })
    expect(response.status).toBe(200)
    expect(data).toEqual({ ...sent, repeated: true })
    socket.close()
  })

  it('H4 a member added on one node follows the room on the other at once', async () => {
    const { ada } = await pair('added')
    const late = await second.person('late')
    const socket = await late.openSocket()
    const heard: string[] = []
    socket.on('room.added', () => heard.push('room.added'))
    socket.on('message.created', ({ data }) => heard.push(data.text ?? ''))
    const { data: room } = await ada.http.POST('/v1/rooms', {
      body: { clientId: randomUUID(), kind: 'group', name: 'Late', memberIds: [late.userId] },
    })
    const params = { params: { path: { roomId: room.id } } }
    const body = { clientId: randomUUID(), text: 'welcome' }
    await ada.http.POST('/v1/rooms/{roomId}/messages', { ...params, body })
    await vi.waitFor(() => expect(heard).toEqual(['room.added', 'welcome']))
    socket.close()
  })

  it('P6 a session ended on one node closes its sockets and refuses its token on the other', async () => {
    const { ben } = await pair('revoked')
    const socket = await ben.openSocket()
    const token = ben.session?.accessToken ?? ''
    const there = second.client(ben.session)
    await there.me()
    await first.client(ben.session).logout()
    expect(await socket.closed).toMatchObject({ code: 4502 })
    const response = await fetch(`${second.url}/v1/users/me`, {
      headers: { authorization: `Bearer ${token}` },
    })
    expect(response.status).toBe(401)
  })

  it('P5 what Redis lost while it was away arrives once it is back, without another message', async () => {
    const { ben, send } = await pair('outage')
    const socket = await ben.openSocket()
    const heard: string[] = []
    socket.on('message.created', ({ data }) => heard.push(data.text ?? ''))
    await send('before')
    await vi.waitFor(() => expect(heard).toEqual(['before']))
    await server.kill()
    await send('while away')
    await server.restart()
    await vi.waitFor(() => expect(heard).toEqual(['before', 'while away']), { timeout: 10_000 })
    await send('after')
    await vi.waitFor(() => expect(heard).toEqual(['before', 'while away', 'after']))
    socket.close()
  })

  it('L4 news of a person that Redis lost reach her in a fresh ready', async () => {
    const { ada } = await pair('news')
    const late = await second.person('unheard')
    const socket = await late.openSocket()
    const readies: string[][] = []
    socket.on('ready', ({ rooms }) => readies.push(rooms.map(({ name }) => name ?? '')))
    await server.kill()
    await ada.http.POST('/v1/rooms', {
      body: { clientId: randomUUID(), kind: 'group', name: 'Unheard', memberIds: [late.userId] },
    })
    await server.restart()
    await second.app.stateCheck.check([late.userId])
    await vi.waitFor(() => expect(readies).toEqual([['Unheard']]))
    socket.close()
  })
})
