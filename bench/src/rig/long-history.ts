import type { Client } from 'pg'
import { loadInBulk } from './bulk-load.ts'
import { addPeople, addRooms, roomId } from './population.ts'

/** Half of all messages are in the first room; the others have their even share of the rest. */
const rooms = 1001
const authors = 1000
const authorsOfRoom = 20
/** The rooms of the first person, who reads. */
const roomsOfReader = 200
/** Messages of one statement: a run can be interrupted, and memory stays small. */
const slice = 500_000

/** The first seq of a message, and the last. */
export interface Span {
  first: number
  last: number
}

export interface LongHistory {
  /** The reader's, by id. */
  rooms: ReadonlyMap<string, Span>
  biggest: string
}

/** Fills the tables with so many messages, unless they are there already. `say` hears how far. */
export async function loadHistory(
  client: Client,
  messages: number,
  say: (line: string) => void,
): Promise<LongHistory> {
  const share = sharesOf(messages)
  const found = await readRooms(client)
  if (found.size === 0) await fill(client, share, say)
  else say('load       kept from an earlier run')
  const all = found.size === 0 ? await readRooms(client) : found
  const there = [...all.values()].reduce((sum, { first, last }) => sum + last - first + 1, 0)
  if (there !== total(share)) {
    throw new Error(`--data holds another history, of ${there} messages: give an empty folder`)
  }
  const biggest = roomId(0)
  const ofReader = [...all].filter(([id]) => id < roomId(roomsOfReader))
  return { rooms: new Map(ofReader), biggest }
}

interface Share {
  biggest: number
  other: number
}

function sharesOf(messages: number): Share {
  const other = Math.max(1, Math.floor(messages / 2 / (rooms - 1)))
  return { biggest: Math.max(1, messages - other * (rooms - 1)), other }
}

const total = ({ biggest, other }: Share): number => biggest + other * (rooms - 1)

async function readRooms(client: Client) {
  const { rows } = await client.query<Span & { id: string }>(
    `select r.id, count(m.user_id)::int + 1 as first, r.last_seq::float8 as last
    from rooms r join members m on m.room_id = r.id group by r.id`,
  )
  return new Map(rows.map(({ id, first, last }) => [id, { first, last }]))
}

async function fill(client: Client, share: Share, say: (line: string) => void): Promise<void> {
  const started = performance.now()
  const names = Array.from({ length: authors }, (_, n) => ({
    username: `author.${n}`,
    displayName: `Author ${n}`,
  }))
  await addPeople(client, 0, names)
  await addRooms(client, memberships())
  const seconds = (): string => `${Math.round((performance.now() - started) / 1000)} s`
  await loadInBulk(client, 'messages', async () => {
    for (let done = 0; done < share.biggest; done += slice) {
      const to = Math.min(share.biggest, done + slice)
      await insertMessages(client, { from: 0, to: 0 }, { from: done + 1, to })
    }
    say(`load       ${share.biggest} messages in one room after ${seconds()}`)
    const atOnce = Math.max(1, Math.floor(slice / share.other))
    for (let from = 1; from < rooms; from += atOnce) {
      const to = Math.min(rooms - 1, from + atOnce - 1)
      await insertMessages(client, { from, to }, { from: 1, to: share.other })
    }
    say(`load       ${share.other} messages in each of ${rooms - 1} others after ${seconds()}`)
    await client.query(
      `update rooms set last_seq = last_seq + case id when $1 then $2::bigint else $3::bigint end`,
      [roomId(0), share.biggest, share.other],
    )
  })
  await client.query('vacuum (analyze) rooms')
  say(`load       ${total(share)} messages, indexes and statistics after ${seconds()}`)
}

interface Range {
  from: number
  to: number
}

/** Everyone is in some rooms; the first person in `roomsOfReader` of them, the biggest included. */
function memberships() {
  return Array.from({ length: rooms }, (_, room) => room).flatMap((room) => {
    const people = Array.from(
      { length: authorsOfRoom },
      (_, n) => 1 + ((room + n * 37) % (authors - 1)),
    )
    const reader = room < roomsOfReader ? [0] : []
    return [...reader, ...new Set(people)].map((person) => ({ room, person }))
  })
}

/** Texts of 20 to 380 letters, one each second, by the room's members in turn. */
async function insertMessages(client: Client, rooms: Range, numbers: Range): Promise<void> {
  await client.query(
    `insert into messages (room_id, seq, author_id, client_id, fingerprint, text, version, created_at)
    select r.id, s.seq, r.people[1 + n % cardinality(r.people)], gen_random_uuid(),
      sha256(int8send(n)), left(repeat(md5(n::text) || ' ', 12), 20 + (n * 7919 % 361)::int), s.seq,
      timestamptz '2024-01-01' + n * interval '1 second'
    from (
      select m.room_id as id, array_agg(m.user_id) as people, count(*) as joined
      from members m where m.room_id = any($1::uuid[]) group by m.room_id
    ) r
    cross join generate_series($2::bigint, $3::bigint) n
    cross join lateral (select r.joined + n as seq) s
    order by r.id, n`,
    [
      Array.from({ length: rooms.to - rooms.from + 1 }, (_, n) => roomId(rooms.from + n)),
      numbers.from,
      numbers.to,
    ],
  )
}
