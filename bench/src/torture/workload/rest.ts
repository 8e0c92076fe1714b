/** After the run: everybody catches up, then every room is read to its end. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { LogPage, MessagePage, RoomPage } from '@parley/client'
import type { Final } from '../history.ts'
import type { Crowd } from './crowd.ts'
import type { World } from './device.ts'
import { Person } from './person.ts'
import { request } from './request.ts'

/** For every connection to have every log: positions are compared within 30 s (H2). */
const restMs = 60_000

/** Waits until every device is live and has every log to its end, or the patience ends: what is
 *  missing then, the checker says. Returns how many devices are behind. */
export async function comeToRest(world: World, crowd: Crowd): Promise<number> {
  const giveUp = world.history.now() + restMs
  const devices = crowd.people.flatMap(({ devices }) => devices)
  for (;;) {
    const heads = await headsOf(world, crowd)
    const behind = devices.filter(
      ({ isLive, positions }) =>
        !isLive || positions.rooms.some((room) => positions.of(room) !== heads.get(room)),
    )
    const isOver = world.history.now() > giveUp
    // A device cannot know that it lacks the news of a room: the server does (L4, within 30 s).
    if (isOver || (behind.length === 0 && (await knowTheirRooms(world, crowd)))) {
      return behind.length
    }
    await sleep(500)
  }
}

async function knowTheirRooms(world: World, crowd: Crowd): Promise<boolean> {
  for (const { devices } of crowd.people) {
    for (const { token, positions } of devices) {
      const url = world.urls[0] ?? ''
      const reply = await request({ url, method: 'GET', path: '/v1/rooms?limit=200', token })
      if (!reply?.ok) continue
      const { items } = reply.data as RoomPage // what that path answers
      if (items.some(({ id }) => positions.of(id) === undefined)) return false
    }
  }
  return true
}

async function headsOf(world: World, crowd: Crowd): Promise<Map<string, number>> {
  const heads = new Map<string, number>()
  for (const { id } of world.history.rooms) {
    const page = await read<LogPage>(world, crowd, id, 'log?after=0&limit=1')
    heads.set(id, page.lastSeq)
  }
  return heads
}

/** Every room's log and messages, over HTTP, from all nodes in turn. */
export async function readEverything(world: World, crowd: Crowd): Promise<Final[]> {
  const finals: Final[] = []
  for (const { id: room } of world.history.rooms) {
    const log: Final['log'][number][] = []
    let lastSeq = 0
    for (let more = true; more;) {
      const after = log.at(-1)?.seq ?? 0
      const page = await read<LogPage>(world, crowd, room, `log?after=${after}&limit=200`)
      log.push(...page.items)
      lastSeq = page.lastSeq
      more = page.hasMore && page.items.length > 0
    }
    finals.push({ room, lastSeq, log, messages: await readMessages(world, crowd, room) })
  }
  return finals
}

async function readMessages(world: World, crowd: Crowd, room: string): Promise<Final['messages']> {
  const messages: Final['messages'][number][] = []
  for (let more = true; more;) {
    const after = messages.at(-1)?.seq ?? 0
    const page = await read<MessagePage>(world, crowd, room, `messages?after=${after}&limit=200`)
    messages.push(...page.items)
    more = page.hasAfter && page.items.length > 0
  }
  return messages
}

/** By whoever may see all of the room; again with a new session where the old one has ended. */
async function read<T>(world: World, crowd: Crowd, room: string, what: string): Promise<T> {
  const reader = crowd.readers.get(room)
  const device = reader instanceof Person ? reader.devices[0] : reader?.device
  let code = ''
  for (let tries = 0; tries < 100 && device; tries++) {
    const path = `/v1/rooms/${room}/${what}`
    const url = world.urls[tries % world.urls.length] ?? ''
    const reply = await request({ url, method: 'GET', path, token: device.token })
    if (reply?.ok) return reply.data as T // the caller names what that path answers
    code = reply?.code ?? 'lost'
    if (code === 'unauthenticated') await device.logIn()
    await sleep(200)
  }
  throw new Error(`unable to read ${what} of room ${room} at the end: ${code}`)
}
