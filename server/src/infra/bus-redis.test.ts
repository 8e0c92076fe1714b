import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished, vi } from 'vitest'
import { startRedisCluster } from '../../test/servers/redis-cluster.ts'
import type { RedisCluster } from '../../test/servers/redis-cluster.ts'
import { startRedisServer } from '../../test/servers/redis.ts'
import type { RedisServer } from '../../test/servers/redis.ts'
import { busContract } from './bus.contract.ts'
import { RedisBus } from './bus-redis.ts'
import { connectRedis } from './redis.ts'
import { RedisSubscriber } from './redis-subscriber.ts'

const redisUrl = inject('redisUrl')

const redisBus = (url: string): RedisBus => listeningBus(url).bus

/** A bus, and by what it listens. */
function listeningBus(url: string) {
  const onError = () => undefined
  const { limiter, ...connections } = connectRedis(url, onError)
  limiter.disconnect()
  return { bus: new RedisBus({ ...connections, onError }), ear: connections.subscriber }
}

/** Two buses that end with the test, and the ear of the right one. */
function pairOn(url: string) {
  const left = redisBus(url)
  const { bus: right, ear } = listeningBus(url)
  onTestFinished(async () => {
    await Promise.all([left.close(), right.close()])
  })
  return { left, right, ear }
}

/** On nine channels, so that every node of a cluster has some. */
async function lastWords(url: string): Promise<void> {
  const { right } = pairOn(url)
  const leaving = redisBus(url)
  await areUp(leaving, right)
  const rooms = Array.from({ length: 9 }, (_, n) => `farewell:${n}`)
  const heard: string[] = []
  await Promise.all(rooms.map((room) => right.subscribe(room, (message) => heard.push(message))))
  for (const room of rooms) leaving.publish(room, room)
  await leaving.close()
  await vi.waitFor(() => expect(heard.toSorted()).toEqual(rooms))
}

function contractOn(name: string, url: () => string): void {
  busContract(name, async () => {
    const [left, right] = [redisBus(url()), redisBus(url())]
    await areUp(left, right)
    return {
      left,
      right,
      close: async () => {
        await Promise.all([left.close(), right.close()])
      },
    }
  })
}

/** Counts how often a bus has come back. */
function returnsOf(bus: RedisBus) {
  const counted = { returns: 0 }
  bus.onReturn(() => counted.returns++)
  return counted
}

/** Cuts every line over which nobody listens. */
async function cutPublishers(url: string): Promise<void> {
  const admin = new Redis(url)
  await admin.call('CLIENT', 'KILL', 'TYPE', 'normal')
  admin.disconnect()
}

const soon = { timeout: 15_000 }
const areUp = (...buses: RedisBus[]) =>
  vi.waitFor(() => expect(buses.map(({ isUp }) => isUp)).not.toContain(false), soon)
const isDown = (line: Pick<RedisBus, 'isUp'>) =>
  vi.waitFor(() => expect(line.isUp).toBe(false), soon)

describe.skipIf(redisUrl === null)('with a Redis server', () => {
  contractOn('redis', () => redisUrl ?? '')

  it('carries what was published right before the end', () => lastWords(redisUrl ?? ''))

  describe('whose server goes away', () => {
    let server: RedisServer
    beforeAll(async () => {
      const started = await startRedisServer()
      if (!started) throw new Error('the first server could be started, this one not')
      server = started
    })
    afterAll(() => server?.stop())

    it('P5 publishing never throws, subscribing waits a second at most, all is well afterwards', async () => {
      const { left, right } = pairOn(server.url)
      const heard: string[] = []
      const receive = (message: string) => heard.push(message)
      await right.subscribe('room:1', receive)
      const counted = returnsOf(right)
      await server.kill()
      await isDown(left)
      left.publish('room:1', 'lost')
      const asked = performance.now()
      await right.subscribe('room:2', receive)
      expect(performance.now() - asked).toBeLessThan(2000)
      const askedAgain = performance.now()
      for (let n = 3; n < 10; n++) await right.subscribe(`room:${n}`, receive)
      expect(performance.now() - askedAgain).toBeLessThan(1000)
      await expect(left.ping()).rejects.toThrow()
      await server.restart()
      await vi.waitFor(() => expect(counted.returns).toBeGreaterThan(0), soon)
      await areUp(left)
      left.publish('room:1', 'kept')
      left.publish('room:2', 'new')
      left.publish('room:9', 'newest')
      await vi.waitFor(() => expect(heard.toSorted()).toEqual(['kept', 'new', 'newest']))
    })

    it('P5 a channel asked for while the line ends is listened to on the next one', async () => {
      const redis = new Redis(server.url, { enableOfflineQueue: false, autoResubscribe: false })
      const subscriber = new RedisSubscriber(redis)
      onTestFinished(() => subscriber.close())
      const heard: string[] = []
      subscriber.onMessage((_, message) => heard.push(message))
      await vi.waitFor(() => expect(subscriber.isUp).toBe(true), soon)
      redis.stream.destroy()
      expect(redis.status).toBe('ready') // nobody has been told yet
      await subscriber.subscribe('channel')
      expect(subscriber.isUp).toBe(true)
      const other = new Redis(server.url)
      onTestFinished(() => other.disconnect())
      await other.spublish('channel', 'heard')
      await vi.waitFor(() => expect(heard).toEqual(['heard']))
    })

    it('P5 a node that could not publish says so once it can, so that all compare what they have', async () => {
      const { left, right } = pairOn(server.url)
      await areUp(left, right)
      const counted = returnsOf(right)
      // The other node, which only listens, notices nothing of it.
      await cutPublishers(server.url)
      left.publish('room:1', 'lost')
      await vi.waitFor(() => {
        left.publish('room:1', 'lost, or heard')
        expect(counted.returns).toBeGreaterThan(0)
      }, soon)
    })

    it('P5 a server that is away at the start is joined once it comes', async () => {
      await server.kill()
      const { left, right } = pairOn(server.url)
      const heard: string[] = []
      const counted = returnsOf(right)
      const asked = performance.now()
      await right.subscribe('room:1', (message) => heard.push(message))
      expect(performance.now() - asked).toBeLessThan(2000)
      expect(right.isUp).toBe(false)
      await server.restart()
      await vi.waitFor(() => expect(counted.returns).toBeGreaterThan(0), soon)
      await areUp(left, right)
      left.publish('room:1', 'here')
      await vi.waitFor(() => expect(heard).toEqual(['here']))
    })

    it('P5 a server that hangs is taken for away, and joined again once it wakes', async () => {
      const { left, right, ear } = pairOn(server.url)
      const heard: string[] = []
      await right.subscribe('room:1', (message) => heard.push(message))
      await areUp(left, right)
      const counted = returnsOf(right)
      process.kill(server.pid, 'SIGSTOP')
      try {
        // Not only the line it publishes on: where that one alone was lost, there is no return.
        await isDown(ear)
        await isDown(left)
        await expect(left.ping()).rejects.toThrow()
      } finally {
        process.kill(server.pid, 'SIGCONT')
      }
      await vi.waitFor(() => expect(counted.returns).toBeGreaterThan(0), soon)
      await areUp(left, right)
      left.publish('room:1', 'awake')
      await vi.waitFor(() => expect(heard).toEqual(['awake']))
    })
  })
})

const cluster = await startRedisCluster()

describe.skipIf(cluster === null)('with a Redis Cluster', () => {
  // The suite is skipped where there is none.
  const { url, nodes, moveSlots, addReplicaOf, stop } = cluster as RedisCluster
  afterAll(() => stop())

  contractOn('redis cluster', () => url)

  it('carries what was published right before the end', () => lastWords(url))

  /** Enough for every node to have some. */
  const rooms = Array.from({ length: 60 }, (_, n) => `room:${n}`)

  /** Subscribed to all of them on the right. */
  async function everywhere() {
    const { left, right, ear } = pairOn(url)
    const heard = new Set<string>()
    await Promise.all(
      rooms.map((room) => right.subscribe(room, (message) => heard.add(`${room} ${message}`))),
    )
    await areUp(left, right)
    const arrives = (message: string) =>
      vi.waitFor(() => {
        for (const room of rooms) left.publish(room, message)
        expect([...heard].filter((entry) => entry.endsWith(` ${message}`))).toHaveLength(
          rooms.length,
        )
      }, soon)
    return { left, right, ear, heard, arrives }
  }

  it('carries news over every node of it', async () => {
    const { left, heard } = await everywhere()
    for (const room of rooms) left.publish(room, 'once')
    await vi.waitFor(() => expect(heard.size).toBe(rooms.length))
  })

  it('P5 is down while one node is away, and back with all channels when that is', async () => {
    const { left, right, arrives } = await everywhere()
    const counted = returnsOf(right)
    await nodes[1]?.kill()
    await isDown(right)
    for (const room of rooms) left.publish(room, 'while away')
    await nodes[1]?.restart()
    await vi.waitFor(() => expect(counted.returns).toBeGreaterThan(0), soon)
    await arrives('back')
  })

  it('P5 is down while one node hangs, and back when it wakes', async () => {
    const { right, ear, arrives } = await everywhere()
    const counted = returnsOf(right)
    process.kill(nodes[2]?.pid ?? 0, 'SIGSTOP')
    try {
      await isDown(ear)
    } finally {
      process.kill(nodes[2]?.pid ?? 0, 'SIGCONT')
    }
    await vi.waitFor(() => expect(counted.returns).toBeGreaterThan(0), soon)
    await arrives('awake')
  })

  it('follows its channels to the node that gets their slots', async () => {
    const { right, arrives } = await everywhere()
    const counted = returnsOf(right)
    // A stretch of the first node's slots, wide enough to hold a channel.
    const slots = Array.from({ length: 1500 }, (_, n) => n)
    await moveSlots(slots, 0, 1)
    await vi.waitFor(() => expect(counted.returns).toBeGreaterThan(0), soon)
    await arrives('moved')
    const before = counted.returns
    await moveSlots(slots, 1, 0)
    await vi.waitFor(() => expect(counted.returns).toBeGreaterThan(before), soon)
    await arrives('moved back')
  })

  it('P5 follows its channels to the replica that takes the place of a dead node', async () => {
    const { right, arrives } = await everywhere()
    const counted = returnsOf(right)
    await addReplicaOf(0)
    await nodes[0]?.kill()
    await isDown(right)
    await vi.waitFor(() => expect(counted.returns).toBeGreaterThan(0), soon)
    await arrives('taken over')
  })
})
