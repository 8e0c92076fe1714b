import type { MessagePage, RoomPage } from '@parley/client'
import { figure, table } from '../report/table.ts'
import type { Bench } from '../rig/bench.ts'
import { loadHistory } from '../rig/long-history.ts'
import type { LongHistory, Span } from '../rig/long-history.ts'
import { machineLines } from '../rig/machine.ts'
import { ParleyNode } from '../rig/parley-node.ts'
import { People } from '../rig/people.ts'
import { addSessions } from '../rig/population.ts'
import { RequestsInTurn } from '../rig/requests-in-turn.ts'
import { quantileMs, routeTimes } from '../rig/route-times.ts'

const pageSize = 50
const messagesRoute = '/v1/rooms/{roomId}/messages'
const roomsRoute = '/v1/rooms'

/** Pages of messages before a random place, in one huge room and among two hundred, and the list
 *  of a person's 200 rooms, with ten million messages in the table. */
export async function history(bench: Bench): Promise<void> {
  const { options, children, profileFolder: profileInto } = bench
  const count = options.messages ?? (options.quick ? 200_000 : 10_000_000)
  const node = await ParleyNode.start(children, { profileInto, dataDir: options.data })
  for (const line of await machineLines(node.database)) bench.say(line)
  const { loaded, refreshToken } = await node.database.with('parley', async (client) => ({
    loaded: await loadHistory(client, count, (line) => bench.say(line)),
    refreshToken: (await addSessions(client, 0, 1))[0] ?? '',
  }))
  const { accessToken } = await new People(node.url).refresh(refreshToken)
  const reader = new RequestsInTurn(node.address, accessToken)
  const requests = options.quick ? 200 : 3000
  const rows = []
  for (const [name, route, one] of readings(reader, loaded)) {
    const found = await timed({ url: node.url, route, reader, requests, one })
    rows.push([name, ...found.map(figure), String(requests), String(reader.refused)])
    if (route === messagesRoute) {
      bench.bar(`${name}, p99 in the server`, { found: found[3], atMost: 3 }, 'ms')
    }
  }
  reader.close()
  bench.say(`\n${table(head, rows)}`)
  bench.say("server: its own histogram in /metrics, evenly spread within a bucket's bounds")
}

const head = [
  'one at a time',
  'client p50 ms',
  'p99',
  'server p50 ms',
  'p99',
  'requests',
  'refused',
]

type Reading = readonly [name: string, route: string, one: () => Promise<void>]

function readings(reader: RequestsInTurn, { rooms, biggest }: LongHistory): Reading[] {
  const all = [...rooms.keys()]
  const page = (room: string) => readPage(reader, room, rooms.get(room) ?? { first: 1, last: 1 })
  return [
    ['a page of the biggest room', messagesRoute, () => page(biggest)],
    ['a page of any room', messagesRoute, () => page(oneOf(all))],
    [`the list of ${all.length} rooms`, roomsRoute, () => readRooms(reader, all.length)],
  ]
}

function oneOf<T>(all: readonly T[]): T {
  return all[Math.floor(Math.random() * all.length)] as T // nobody asks for one of none
}

/** A page before a random seq, so that a whole page lies before it. */
async function readPage(reader: RequestsInTurn, room: string, { first, last }: Span) {
  const span = last - first + 1 - pageSize
  const before = first + pageSize + Math.floor(Math.random() * (span + 1))
  const path = `/v1/rooms/${room}/messages?before=${before}&limit=${pageSize}`
  const { items } = JSON.parse(await reader.get(path)) as MessagePage // as the server documents it
  const wanted = Array.from({ length: pageSize }, (_, n) => before - pageSize + n)
  if (items.some(({ seq }, at) => seq !== wanted[at]) || items.length !== pageSize) {
    throw new Error(`a page before ${before} held ${items.map(({ seq }) => seq).join(', ')}`)
  }
}

async function readRooms(reader: RequestsInTurn, count: number): Promise<void> {
  const body = await reader.get(`/v1/rooms?limit=${count}`)
  const { items } = JSON.parse(body) as RoomPage // as the server documents it
  if (items.length !== count) throw new Error(`a list of ${count} rooms held ${items.length}`)
}

interface Timed {
  url: string
  route: string
  reader: RequestsInTurn
  requests: number
  one: () => Promise<void>
}

/** Milliseconds, p50 and p99 each: at the client, and in the server; after a tenth as warm-up. */
async function timed({ url, route, reader, requests, one }: Timed) {
  for (let n = 0; n < requests / 10; n++) await one()
  reader.restart()
  const before = await routeTimes(url, route)
  for (let n = 0; n < requests; n++) await one()
  const after = await routeTimes(url, route)
  const { times } = reader
  const inServer = (share: number): number => quantileMs(share, before, after)
  return [times.percentile(0.5), times.percentile(0.99), inServer(0.5), inServer(0.99)] as const
}
