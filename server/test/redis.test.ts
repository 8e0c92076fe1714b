import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest'
import { startRedisCluster } from './servers/redis-cluster.ts'
import type { RedisCluster } from './servers/redis-cluster.ts'
import { startRedisServer } from './servers/redis.ts'
import { RawSocket } from './raw-socket.ts'
import { startApp } from './start-app.ts'
import type { Person, Started } from './start-app.ts'

// Whole nodes start, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 })

const soon = { timeout: 15_000 }

/** A socket of this person on this node; what it hears in rooms. */
async function listen(on: Started, { session }: Person) {
  const socket = await RawSocket.ready(on.url, session?.accessToken ?? '')
  const heard = () =>
    socket.frames
      .filter(({ type }) => type === 'message.created')
      .map(({ data }) => String(data?.['text']))
  return { socket, heard }
}

async function roomOf(owner: Person, ...others: Person[]): Promise<string> {
  const body = { clientId: randomUUID(), kind: 'group' as const, name: 'Redis' }
  const memberIds = others.map(({ userId }) => userId)
  return (await owner.http.POST('/v1/rooms', { body: { ...body, memberIds } })).data.id
}

async function say(person: Person, roomId: string, text: string): Promise<void> {
  const body = { clientId: randomUUID(), text }
  await person.http.POST('/v1/rooms/{roomId}/messages', { params: { path: { roomId } }, body })
}

const cluster = await startRedisCluster()

describe.skipIf(cluster === null)('two nodes on a Redis Cluster', () => {
  // The suite is skipped where there is none.
  const redis = cluster as RedisCluster
  let first: Started
  let second: Started

  beforeAll(async () => {
    const env = { REDIS_URL: redis.url }
    first = await startApp({ env })
    second = await startApp({ env, databaseUrl: first.databaseUrl })
  })
  afterAll(async () => {
    await second.close()
    await first.close()
    await redis.stop()
  })

  it('H1 deliver to each other in every room, and know who is here', async () => {
    const [ada, ben] = [await first.person('ada'), await second.person('ben')]
    const rooms = await Promise.all(Array.from({ length: 12 }, () => roomOf(ada, ben)))
    const [adas, bens] = [await listen(first, ada), await listen(second, ben)]
    for (const room of rooms) await say(ada, room, room)
    await vi.waitFor(() => expect(bens.heard().toSorted()).toEqual(rooms.toSorted()))
    const watched = await adas.socket.ask('presence.watch', { userIds: [ben.userId] })
    expect(watched.data).toEqual({ online: [ben.userId] })
    await Promise.all([adas.socket.end(), bens.socket.end()])
  })

  it('P5 what a dead node of it lost arrives, and it is used again once it is back', async () => {
    const [ada, ben] = [await first.person('ada.dead'), await second.person('ben.dead')]
    const rooms = await Promise.all(Array.from({ length: 12 }, () => roomOf(ada, ben)))
    const { socket, heard } = await listen(second, ben)
    await redis.nodes[0]?.kill()
    for (const room of rooms) await say(ada, room, room)
    await vi.waitFor(() => expect(heard().toSorted()).toEqual(rooms.toSorted()), soon)
    await redis.nodes[0]?.restart()
    await vi.waitFor(async () => {
      const { redis: state } = (await (await fetch(`${second.url}/readyz`)).json()) as {
        redis: string // as documented
      }
      expect(state).toBe('ok')
    }, soon)
    for (const room of rooms) await say(ada, room, `${room} again`)
    await vi.waitFor(() => expect(heard()).toHaveLength(24), soon)
    await socket.end()
  })
})

describe.skipIf(inject('redisUrl') === null)('a node whose Redis is away at the start', () => {
  it('serves its own people, and joins the others when Redis comes', async () => {
    const server = await startRedisServer()
    if (!server) throw new Error('the first server could be started, this one not')
    await server.kill()
    const env = { REDIS_URL: server.url }
    const first = await startApp({ env })
    const second = await startApp({ env, databaseUrl: first.databaseUrl })
    const [ada, ben] = [await first.person('ada'), await second.person('ben')]
    const room = await roomOf(ada, ben)
    const [adas, bens] = [await listen(first, ada), await listen(second, ben)]
    await say(ada, room, 'alone')
    await vi.waitFor(() => expect(adas.heard()).toEqual(['alone']))
    await server.restart()
    await vi.waitFor(
      () => expect(second.app.services.health.redis?.()).resolves.toBe(undefined),
      soon,
    )
    await say(ada, room, 'together')
    await vi.waitFor(() => expect(bens.heard()).toEqual(['alone', 'together']), soon)
    await Promise.all([adas.socket.end(), bens.socket.end()])
    await second.close()
    await first.close()
    await server.stop()
  })
})
