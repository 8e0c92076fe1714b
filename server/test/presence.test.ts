import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest'
import type { Socket } from '@parley/client'
import { startApp } from './start-app.ts'
import type { Started } from './start-app.ts'

function newsOf(connection: Socket): [string, boolean][] {
  const news: [string, boolean][] = []
  connection.on('presence', ({ userId, online }) => news.push([userId, online]))
  return news
}

const redisUrl = inject('redisUrl')

describe.each([
  ['one node', null],
  ['two nodes on one Redis', redisUrl],
])('presence on %s', (name, url) => {
  let first: Started
  let second: Started

  beforeAll(async () => {
    const env: Record<string, string> = url === null ? {} : { REDIS_URL: url }
    first = await startApp({ env })
    second = url === null ? first : await startApp({ env, databaseUrl: first.databaseUrl })
  })
  afterAll(async () => {
    if (second !== first) await second.close()
    await first.close()
  })

  it('E2 who watches hears of the first coming and the last going', async (context) => {
    if (name !== 'one node' && url === null) return context.skip()
    const [ada, ben] = [await first.person('ada'), await second.person('ben')]
    const watching = await ada.openSocket()
    const news = newsOf(watching)
    const userIds = [ben.userId, ada.userId]
    expect(await watching.send('presence.watch', { userIds })).toEqual({ online: [ada.userId] })
    const phone = await ben.openSocket()
    await vi.waitFor(() => expect(news).toEqual([[ben.userId, true]]))
    const laptop = await ben.openSocket()
    phone.close()
    await phone.closed
    laptop.close()
    await vi.waitFor(() =>
      expect(news).toEqual([
        [ben.userId, true],
        [ben.userId, false],
      ]),
    )
    watching.close()
  })

  it('E2 a person who was there before is named in the answer', async (context) => {
    if (name !== 'one node' && url === null) return context.skip()
    const [cleo, dan] = [await first.person('cleo'), await second.person('dan')]
    const here = await dan.openSocket()
    const watching = await cleo.openSocket()
    await vi.waitFor(async () =>
      expect(await watching.send('presence.watch', { userIds: [dan.userId] })).toEqual({
        online: [dan.userId],
      }),
    )
    here.close()
    watching.close()
  })

  it('E4 a block in either direction hides both from each other', async (context) => {
    if (name !== 'one node' && url === null) return context.skip()
    const [eve, fay] = [await first.person('eve'), await second.person('fay')]
    await eve.http.PUT('/v1/users/me/blocks/{userId}', { params: { path: { userId: fay.userId } } })
    const [eves, fays] = [await eve.openSocket(), await fay.openSocket()]
    const [evesNews, faysNews] = [newsOf(eves), newsOf(fays)]
    const none = { online: [] }
    expect(await eves.send('presence.watch', { userIds: [fay.userId] })).toEqual(none)
    expect(await fays.send('presence.watch', { userIds: [eve.userId] })).toEqual(none)
    const again = await fay.openSocket()
    again.close()
    await again.closed
    expect([evesNews, faysNews]).toEqual([[], []])
    eves.close()
    fays.close()
  })

  it('E4 a block made while they watch each other parts them at once, and its end joins them', async (context) => {
    if (name !== 'one node' && url === null) return context.skip()
    const [gil, hal] = [await first.person('gil'), await second.person('hal')]
    const [gils, hals] = [await gil.openSocket(), await hal.openSocket()]
    const [gilsNews, halsNews] = [newsOf(gils), newsOf(hals)]
    const watch = (socket: Socket, { userId }: { userId: string }) =>
      socket.send('presence.watch', { userIds: [userId] })
    await vi.waitFor(async () => expect((await watch(gils, hal)).online).toEqual([hal.userId]))
    await vi.waitFor(async () => expect((await watch(hals, gil)).online).toEqual([gil.userId]))
    const change = { params: { path: { userId: hal.userId } } }
    await gil.http.PUT('/v1/users/me/blocks/{userId}', change)
    await vi.waitFor(() => {
      expect(gilsNews.at(-1)).toEqual([hal.userId, false])
      expect(halsNews.at(-1)).toEqual([gil.userId, false])
    })
    const [heardByGil, heardByHal] = [gilsNews.length, halsNews.length]
    const again = await hal.openSocket()
    again.close()
    await again.closed
    await gil.http.DELETE('/v1/users/me/blocks/{userId}', change)
    await vi.waitFor(() => {
      expect(gilsNews.slice(heardByGil)).toEqual([[hal.userId, true]])
      expect(halsNews.slice(heardByHal)).toEqual([[gil.userId, true]])
    })
    gils.close()
    hals.close()
  })
})
