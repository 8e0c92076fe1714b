import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { ParleyClient } from '@parley/client'
import type { ChatRoom, Message, StoredMessage } from '@parley/client'
import { BadWeather } from './bad-weather.ts'
import { startApp } from './start-app.ts'
import type { Person, Started } from './start-app.ts'

let started: Started
let ada: Person
let ben: Person
let cleo: Person

beforeAll(async () => {
  started = await startApp()
  ada = await started.person('ada')
  ben = await started.person('ben')
  cleo = await started.person('cleo')
})
afterAll(() => started.close())

/** Ben on a network of this weather. */
function benIn(weather: BadWeather): ParleyClient {
  const { url, check } = started
  return new ParleyClient({
    url,
    session: ben.session,
    fetch: weather.fetch(check.fetch),
    WebSocket: weather.WebSocket(check.WebSocket),
    timeoutMs: 300,
    backOff: { firstMs: 5, maxMs: 20 },
  })
}

/** What people do; `pick` chooses among what is there. */
const actions = {
  adaWrites: ({ roomId }) => write(ada, roomId),
  cleoWrites: ({ roomId }) => write(cleo, roomId),
  adaEdits: ({ roomId, pick }) => change(ada, roomId, pick, 'PATCH'),
  adaDeletes: ({ roomId, pick }) => change(ada, roomId, pick, 'DELETE'),
  adaRenames: ({ roomId, pick }) =>
    ada.http.PATCH('/v1/rooms/{roomId}', {
      params: { path: { roomId } },
      body: { topic: `topic ${pick}` },
    }),
  adaRemovesCleo: ({ roomId }) => ada.http.DELETE(memberPath, memberOf(roomId, cleo)),
  adaAddsCleo: ({ roomId }) => ada.http.PUT(memberPath, { ...memberOf(roomId, cleo), body: {} }),
  adaRemovesBen: ({ roomId }) => ada.http.DELETE(memberPath, memberOf(roomId, ben)),
  adaAddsBen: ({ roomId }) => ada.http.PUT(memberPath, { ...memberOf(roomId, ben), body: {} }),
  adaPromotesBen: ({ roomId }) =>
    ada.http.PUT(memberPath, { ...memberOf(roomId, ben), body: { role: 'admin' } }),
  benBlocksCleo: () =>
    ben.http.PUT('/v1/users/me/blocks/{userId}', { params: { path: { userId: cleo.userId } } }),
  benUnblocksCleo: () =>
    ben.http.DELETE('/v1/users/me/blocks/{userId}', { params: { path: { userId: cleo.userId } } }),
  benWrites: async ({ room, sent }) => {
    // Removed meanwhile, or cut off: it says so, and is not sent.
    void room?.send(randomUUID()).then(
      ({ clientId }) => sent.push(clientId),
      () => {},
    )
  },
  benLoads: ({ room }) => room?.load(3),
  benLoadsOlder: ({ room }) => room?.loadOlder(2),
  benJumps: ({ room, pick }) => room?.jumpTo(pick, 4),
  benJumpsBack: ({ room }) => room?.jumpToLatest(3),
  benLetsGo: async ({ room }) => room?.keep('newest', 2),
  benLoadsMembers: ({ room }) => room?.loadMembers(),
  benReads: async ({ room, pick }) => room?.markRead(Math.min(pick, room.info.lastSeq)),
  benReadsAll: async ({ room }) => room?.markRead(),
  timePasses: () => new Promise((resolve) => setTimeout(resolve, 15)),
} satisfies Record<string, (scene: Scene) => Promise<unknown> | undefined>

interface Scene {
  weather: BadWeather
  roomId: string
  /** The room as Ben has it, while he has it. */
  room: ChatRoom | undefined
  /** The clientIds of what Ben was told is stored. */
  sent: string[]
  pick: number
}

const memberPath = '/v1/rooms/{roomId}/members/{userId}'
const memberOf = (roomId: string, { userId }: Person) => ({ params: { path: { roomId, userId } } })

function write(person: Person, roomId: string) {
  const body = { clientId: randomUUID(), text: randomUUID() }
  return person.http.POST('/v1/rooms/{roomId}/messages', { params: { path: { roomId } }, body })
}

async function change(person: Person, roomId: string, pick: number, method: 'PATCH' | 'DELETE') {
  const params = { path: { roomId }, query: { limit: 200 } }
  const { data } = await person.http.GET('/v1/rooms/{roomId}/messages', { params })
  const seq = data.items.at(-(pick % 5) - 1)?.seq ?? 1
  const at = { params: { path: { roomId, seq } } }
  const path = '/v1/rooms/{roomId}/messages/{seq}'
  if (method === 'DELETE') return person.http.DELETE(path, at)
  return person.http.PATCH(path, { ...at, body: { text: randomUUID() } })
}

/** The room as the server has it for Ben; undefined where he is not in it. */
async function fresh(roomId: string) {
  const params = { path: { roomId } }
  const listed = await ben.http.GET('/v1/rooms', { params: { query: { limit: 200 } } })
  const info = listed.data.items.find(({ id }) => id === roomId)
  if (!info) return undefined
  const page = { params: { ...params, query: { limit: 200 } } }
  const messages = (await ben.http.GET('/v1/rooms/{roomId}/messages', page)).data.items
  const members = (await ben.http.GET('/v1/rooms/{roomId}/members', page)).data.items
  return { info, messages, members }
}

/** As the server says it. */
function plain({ state, ...message }: StoredMessage): Message {
  expect(state).toBe('sent')
  return message
}

/** What the SDK holds, cut to what was loaded, against the server's own words. */
async function expectSame(client: ParleyClient, roomId: string, sent: string[]): Promise<void> {
  const truth = await fresh(roomId)
  const room = client.rooms.get(roomId)
  expect(room?.info).toEqual(truth?.info)
  if (!room || !truth) return
  expect(room.members.length === 0 ? truth.members : room.members).toEqual(truth.members)
  const held = room.messages.filter((message) => message.state === 'sent').map(plain)
  const first = held[0]?.seq ?? Infinity
  const last = room.hasNewer ? (held.at(-1)?.seq ?? 0) : Infinity
  expect(held).toEqual(truth.messages.filter(({ seq }) => seq >= first && seq <= last))
  const older = truth.messages.some(({ seq }) => seq < first)
  expect(held.length > 0 && room.hasOlder).toBe(held.length > 0 && older)
  expect(room.messages.filter(({ state }) => state === 'pending')).toEqual([])
  // Nothing that was acknowledged is lost, nothing is doubled.
  const own = truth.messages.filter(({ author }) => author.id === ben.userId)
  const stored = own.map(({ clientId }) => clientId)
  expect(stored).toEqual([...new Set(stored)])
  expect(stored).toEqual(expect.arrayContaining(sent))
}

const names = Object.keys(actions) as (keyof typeof actions)[] // its keys
const step = fc.record({ name: fc.constantFrom(...names), pick: fc.integer({ min: 1, max: 30 }) })
const steps = fc.array(step, { minLength: 5, maxLength: 40 })
const draws = fc.array(fc.integer({ min: 0, max: 99 }), { minLength: 10, maxLength: 60 })

it('whatever the line does, a room ends as a fresh fetch shows it', { timeout: 120_000 }, () =>
  fc.assert(
    fc.asyncProperty(steps, draws, fc.boolean(), async (chosen, drawn, losesNothing) => {
      const memberIds = [ben.userId, cleo.userId]
      const body = { clientId: randomUUID(), kind: 'group' as const, name: 'Walk', memberIds }
      const { data } = await ada.http.POST('/v1/rooms', { body })
      const weather = new BadWeather(drawn, { losesNothing })
      const client = benIn(weather)
      const sent: string[] = []
      await client.connect()
      weather.isCalm = false
      for (const { name, pick } of chosen) {
        const room = client.rooms.get(data.id)
        const scene = { weather, roomId: data.id, room, sent, pick }
        // Refused or lost: that is what the others are for. Ben's own go on while others act.
        const done = actions[name](scene)?.catch(() => {})
        if (!name.startsWith('ben')) await done
      }
      weather.isCalm = true
      // What was lost comes with the next line; what was only late has to do without one.
      if (!losesNothing) weather.cutAll()
      try {
        await vi.waitFor(() => expectSame(client, data.id, sent), { timeout: 8000, interval: 50 })
      } finally {
        client.close()
      }
    }),
    { numRuns: 25 },
  ),
)
