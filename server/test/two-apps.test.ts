import { randomUUID } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import { MovableClock } from './movable-clock.ts'
import { startApp } from './start-app.ts'
import type { StartOptions, Started } from './start-app.ts'

const running: Started[] = []

async function start(options?: StartOptions): Promise<Started> {
  const started = await startApp(options)
  running.push(started)
  return started
}
afterEach(async () => {
  for (const started of running.splice(0).toReversed()) await started.close()
})

async function statusOf(url: string, token: string | undefined): Promise<number> {
  const headers = { authorization: `Bearer ${token}` }
  return (await fetch(`${url}/v1/users/me`, { headers })).status
}

describe('two apps in one process', () => {
  it('know nothing of each other: neither people, nor tokens, nor limits, nor figures', async () => {
    const first = await start({ env: { LIMIT_SCALE: '0.02' } })
    const second = await start({ env: { LIMIT_SCALE: '0.02' } })
    const ada = await first.person('ada')
    const other = await second.person('ada')
    expect(ada.userId).not.toBe(other.userId)
    expect(await statusOf(first.url, ada.session?.accessToken)).toBe(200)
    expect(await statusOf(second.url, ada.session?.accessToken)).toBe(401)
    await expect(
      second.client().login({ login: 'ada', password: 'nobody knows it' }),
    ).rejects.toThrow('the login or the password is wrong')

    const left = async ({ url }: Started) => {
      const { headers } = await fetch(`${url}/v1/users/me`)
      return Number(/r=(\d+)/.exec(headers.get('ratelimit') ?? '')?.[1])
    }
    const before = await left(second)
    for (let count = 0; count < 5; count++) await left(first)
    expect(await left(second)).toBe(before - 1)

    const socket = await ada.openSocket()
    const figure = async ({ url }: Started) =>
      /^parley_sockets_opened_total (\d+)$/m.exec(await (await fetch(`${url}/metrics`)).text())?.[1]
    expect([await figure(first), await figure(second)]).toEqual(['1', '0'])
    socket.close()
  })

  it('end one by one: what one stops, the other serves', async () => {
    const first = await startApp()
    const second = await start()
    const [ada, ben] = [await first.person('ada'), await second.person('ben')]
    const [ending, staying] = [await ada.openSocket(), await ben.openSocket()]
    await first.close()
    expect((await ending.closed).code).toBe(4000)
    const { data: room } = await ben.http.POST('/v1/rooms', {
      body: { clientId: randomUUID(), kind: 'group', name: 'Still here' },
    })
    const sent = await staying.send('message.send', {
      room: room.id,
      clientId: randomUUID(),
      text: 'hello',
    })
    expect(sent.seq).toBe(room.lastSeq + 1)
    staying.close()
  })

  it('on one database are two nodes of one installation: a token of one is good on the other', async () => {
    const first = await start()
    const second = await start({ databaseUrl: first.databaseUrl })
    const ada = await first.person('ada')
    expect(await statusOf(second.url, ada.session?.accessToken)).toBe(200)
    const other = await second.client().login({ login: 'ada', password: 'ada at parley' })
    expect(await statusOf(first.url, other.session.accessToken)).toBe(200)
  })
})

describe('another clock', () => {
  it('is the time of all that is written, and of what runs out', async () => {
    const clock = new MovableClock()
    const years = 4 * 365 * 86_400_000
    clock.advance(years)
    const started = await start({ clock })
    const ada = await started.person('ada')
    const { data: room } = await ada.http.POST('/v1/rooms', {
      body: { clientId: randomUUID(), kind: 'group', name: 'Later' },
    })
    const params = { path: { roomId: room.id } }
    const { data: message } = await ada.http.POST('/v1/rooms/{roomId}/messages', {
      params,
      body: { clientId: randomUUID(), text: 'from the future' },
    })
    for (const time of [room.createdAt, message.createdAt]) {
      expect(new Date(time).getTime() - Date.now()).toBeGreaterThan(years - 60_000)
    }
    const token = ada.session?.accessToken
    expect(await statusOf(started.url, token)).toBe(200)
    clock.advance(600_000)
    expect(await statusOf(started.url, token)).toBe(401)
  })

  it('of one app is not the other’s', async () => {
    const clock = new MovableClock()
    const first = await start({ clock })
    const second = await start()
    const [ada, ben] = [await first.person('ada'), await second.person('ben')]
    clock.advance(600_000)
    expect(await statusOf(first.url, ada.session?.accessToken)).toBe(401)
    expect(await statusOf(second.url, ben.session?.accessToken)).toBe(200)
  })
})
