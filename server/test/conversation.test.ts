import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startApp } from './start-app.ts'
import type { Person, Started } from './start-app.ts'

describe('two people talk', () => {
  let started: Started
  let ada: Person
  let ben: Person

  beforeAll(async () => {
    started = await startApp()
    ada = await started.person('ada')
    ben = await started.person('ben')
  })
  afterAll(() => started.close())

  it('S1 to S4 in a direct room, over both doors', async () => {
    const { data: room, response } = await ada.http.PUT('/v1/rooms/direct/{userId}', {
      params: { path: { userId: ben.userId } },
    })
    expect(response.status).toBe(201)
    const socket = await ben.openSocket()
    expect(socket.ready.rooms.map(({ id }) => id)).toEqual([room.id])
    const heard = new Promise((resolve) => socket.on('message.created', resolve))
    const { data: sent } = await ada.http.POST('/v1/rooms/{roomId}/messages', {
      params: { path: { roomId: room.id } },
      body: { clientId: randomUUID(), text: 'hello Ben' },
    })
    const { repeated: _, ...message } = sent
    expect(await heard).toMatchObject({ room: room.id, seq: sent.seq, data: message })
    const reply = await socket.send('message.send', {
      room: room.id,
      clientId: randomUUID(),
      text: 'hello Ada',
    })
    expect(reply.seq).toBe(sent.seq + 1)
    const { data: page } = await ada.http.GET('/v1/rooms/{roomId}/messages', {
      params: { path: { roomId: room.id } },
    })
    expect(page.items.map(({ text }) => text)).toEqual(['hello Ben', 'hello Ada'])
    socket.close()
  })
})
