/** Two people, everything one of them can do that meets the other, and every event: without a block,
 *  where she blocks the other, and where the other blocks her. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { apiFrames } from '../src/api.ts'
import { operations } from './doors-world.ts'
import { RawSocket } from './raw-socket.ts'
import { startApp } from './start-app.ts'
import type { Person, Started } from './start-app.ts'

/** She is an admin of a group of the other's, they have a direct room, the other wrote in both. */
interface Pair {
  she: Person
  other: Person
  host: Person
  group: string
  direct: string
  seq: number
}
const relations = ['no block', 'she blocks', 'she is blocked'] as const
type Relation = (typeof relations)[number]

let started: Started
const pairs = new Map<Relation, Pair>()
beforeAll(async () => {
  started = await startApp({ env: { LIMIT_SCALE: '1000' } })
  for (const relation of relations) pairs.set(relation, await pairOf(relation))
})
afterAll(() => started.close())

let count = 0
const person = () => started.person(`person.${count++}`)
const block = (who: Person, whom: Person) =>
  who.http.PUT('/v1/users/me/blocks/{userId}', { params: { path: { userId: whom.userId } } })

async function strangers(relation: Relation) {
  const [she, other, host] = [await person(), await person(), await person()]
  if (relation === 'she blocks') await block(she, other)
  if (relation === 'she is blocked') await block(other, she)
  return { she, other, host }
}

async function pairOf(relation: Relation): Promise<Pair> {
  const { she, other, host } = await strangers('no block')
  await other.http.PATCH('/v1/users/me', { body: { lastSeenTo: 'everyone' } })
  const memberIds = [she.userId, other.userId]
  const body = { clientId: randomUUID(), kind: 'group' as const, name: 'Walk', memberIds }
  const group = (await host.http.POST('/v1/rooms', { body })).data.id
  await host.http.PUT('/v1/rooms/{roomId}/members/{userId}', {
    params: { path: { roomId: group, userId: she.userId } },
    body: { role: 'admin' },
  })
  const to = { params: { path: { userId: other.userId } } }
  const direct = (await she.http.PUT('/v1/rooms/direct/{userId}', to)).data.id
  const send = async (roomId: string) =>
    other.http.POST('/v1/rooms/{roomId}/messages', {
      params: { path: { roomId } },
      body: { clientId: randomUUID(), text: 'from the other' },
    })
  await send(direct)
  const { seq } = (await send(group)).data
  if (relation === 'she blocks') await block(she, other)
  if (relation === 'she is blocked') await block(other, she)
  await started.app.services.lastSeen.flush()
  return { she, other, host, group, direct, seq }
}

async function call(
  who: Person,
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  url: string,
  payload?: object,
) {
  const headers = { authorization: `Bearer ${who.session?.accessToken}` }
  const { app } = started
  const response = await app.server.inject({ method, url, headers, ...(payload && { payload }) })
  return { status: response.statusCode, text: response.body }
}

type Ask = (pair: Pair, relation: Relation) => Promise<number | string>
/** What she is answered in each of the relations, in their order. */
type Row = [ask: Ask, expected: readonly [unknown, unknown, unknown]]

const same = (ask: Ask, answer: number | string): Row => [ask, [answer, answer, answer]]
const status = async (...asked: Parameters<typeof call>) => (await call(...asked)).status
/** Whether the other, or what she said, is in the answer. */
const shows =
  (path: (pair: Pair) => string, what: (pair: Pair) => string): Ask =>
  async (pair) =>
    (await call(pair.she, 'GET', path(pair))).text.includes(what(pair)) ? 'shown' : 'not shown'
const inGroup =
  (rest = '') =>
  ({ group }: Pair) =>
    `/v1/rooms/${group}${rest}`
const theText = () => 'from the other'
const otherId = ({ other }: Pair) => other.userId
const message = () => ({ clientId: randomUUID(), text: 'to the other' })
const group = (memberIds: string[]) => ({
  clientId: randomUUID(),
  kind: 'group',
  name: 'New',
  memberIds,
})
const unread: Ask = async ({ she, group }) => {
  const { data } = await she.http.GET('/v1/rooms/{roomId}', { params: { path: { roomId: group } } })
  return 'unread' in data ? data.unread : 'none'
}

/** Every operation on people, blocks, rooms, members and messages, in an order in which none takes
 *  the ground from another. */
const rows: Record<string, Row> = {
  readUser: [
    async (pair) => {
      const params = { path: { userId: pair.other.userId } }
      const { data } = await pair.she.http.GET('/v1/users/{userId}', { params })
      return data.lastSeenAt === null ? 'not when she was here' : 'whole'
    },
    ['whole', 'not when she was here', 'not when she was here'],
  ],
  searchUsers: [
    shows(({ other }) => `/v1/users?q=${other.user?.username}`, otherId),
    ['shown', 'not shown', 'not shown'],
  ],
  listBlocks: [shows(() => '/v1/users/me/blocks', otherId), ['not shown', 'shown', 'not shown']],
  createRoom: [
    ({ she, other }) => status(she, 'POST', '/v1/rooms', group([other.userId])),
    [201, 403, 403],
  ],
  // With somebody with whom there is none yet; the one that is there stays.
  openDirectRoom: [
    async (pair, relation) => {
      const { she, other } = await strangers(relation)
      const path = '/v1/rooms/direct'
      const made = await status(she, 'PUT', `${path}/${other.userId}`)
      return `${made}, ${await status(pair.she, 'PUT', `${path}/${pair.other.userId}`)}`
    },
    ['201, 200', '403, 200', '403, 200'],
  ],
  putMember: [
    async ({ she, other }) => {
      const { data } = await she.http.POST('/v1/rooms', {
        body: { clientId: randomUUID(), kind: 'channel', name: 'Hers' },
      })
      return status(she, 'PUT', `/v1/rooms/${data.id}/members/${other.userId}`, {})
    },
    [201, 403, 403],
  ],
  listRooms: [
    async ({ she, direct }) => {
      const { data } = await she.http.GET('/v1/rooms')
      const room = data.items.find(({ id }) => id === direct)
      return `${room?.peer?.id === undefined ? 'without' : 'with'} the other, unread ${room?.unread}`
    },
    ['with the other, unread 1', 'with the other, unread 0', 'with the other, unread 1'],
  ],
  getRoom: [unread, [1, 0, 1]],
  listMembers: same(shows(inGroup('/members'), otherId), 'shown'),
  listMessages: same(shows(inGroup('/messages'), theText), 'shown'),
  getMessage: same(
    shows((pair) => inGroup(`/messages/${pair.seq}`)(pair), theText),
    'shown',
  ),
  readLog: same(shows(inGroup('/log'), theText), 'shown'),
  sendMessage: same(async ({ she, group, direct, seq }) => {
    const reply = { ...message(), replyTo: seq }
    const inDirect = await status(she, 'POST', `/v1/rooms/${direct}/messages`, message())
    return `${await status(she, 'POST', `/v1/rooms/${group}/messages`, reply)}, ${inDirect}`
  }, '201, 201'),
  editMessage: same(
    (pair) => status(pair.she, 'PATCH', inGroup(`/messages/${pair.seq}`)(pair), { text: 'mine' }),
    403,
  ),
  setReadMarker: same(
    (pair) => status(pair.she, 'PUT', inGroup('/read')(pair), { seq: pair.seq }),
    200,
  ),
  deleteMessage: same(
    (pair) => status(pair.she, 'DELETE', inGroup(`/messages/${pair.seq}`)(pair)),
    200,
  ),
  changeRoom: same((pair) => status(pair.she, 'PATCH', inGroup()(pair), { topic: 'Us' }), 200),
  joinChannel: same(async ({ she, other }) => {
    const body = { clientId: randomUUID(), kind: 'channel' as const, name: 'Theirs' }
    const { data } = await other.http.POST('/v1/rooms', { body })
    return status(she, 'POST', `/v1/rooms/${data.id}/join`)
  }, 200),
  listChannels: same(
    shows(
      () => '/v1/channels?q=Theirs',
      () => 'Theirs',
    ),
    'shown',
  ),
  removeMember: same(
    (pair) => status(pair.she, 'DELETE', inGroup(`/members/${pair.other.userId}`)(pair)),
    204,
  ),
  blockUser: same(({ she, host }) => status(she, 'PUT', `/v1/users/me/blocks/${host.userId}`), 204),
  unblockUser: same(
    ({ she, host }) => status(she, 'DELETE', `/v1/users/me/blocks/${host.userId}`),
    204,
  ),
}

/** Frames about one person that reach another one: which of them a block keeps back (E4). */
const frames = {
  passes: [
    'message.created',
    'message.edited',
    'message.deleted',
    'member.joined',
    'member.updated',
    'member.left',
    'room.updated',
  ],
  keptBack: ['typing', 'receipt', 'presence'],
  /** About herself, or about the connection. */
  own: [
    'room.added',
    'room.gone',
    'read.updated',
    'user.updated',
    'blocks.updated',
    'session.ended',
    'ready',
    'reset',
    'ping',
    'live',
    'reconnect',
  ],
}

describe('under a block in either direction', () => {
  it('every event is known to pass or to be kept back', () => {
    expect(Object.values(frames).flat().toSorted()).toEqual(
      apiFrames.map(({ type }) => type).toSorted(),
    )
  })

  it.each(relations)('%s: what she hears of the other', async (relation) => {
    const pair = await pairOf(relation)
    const heard = await heardBy(pair)
    const news = [...frames.passes, ...(relation === 'no block' ? frames.keptBack : [])]
    expect(heard).toEqual(news.toSorted())
  })

  it('every operation that can meet another person is listed here', () => {
    const tags = ['Users', 'Blocks', 'Rooms', 'Members', 'Messages']
    const aboutHerself = /^\/v1\/(users\/me(?!\/blocks)|profile-fields)/
    const meeting = operations
      .filter(({ tag, path }) => tags.includes(tag) && !aboutHerself.test(path))
      .map(({ id }) => id)
    expect(Object.keys(rows).toSorted()).toEqual(meeting.toSorted())
  })

  it('each of them answers as it must', async () => {
    const found: Record<string, unknown[]> = {}
    for (const [id, [ask]] of Object.entries(rows)) {
      for (const relation of relations) {
        const pair = pairs.get(relation)
        if (pair) (found[id] ??= []).push(await ask(pair, relation))
      }
    }
    const expected = Object.fromEntries(Object.entries(rows).map(([id, [, row]]) => [id, [...row]]))
    expect(found).toEqual(expected)
  })
})

/** Types of the frames about the other that come while the other does all that can be seen. */
async function heardBy({ she, other, host, group: room }: Pair): Promise<string[]> {
  const hers = await RawSocket.ready(started.url, she.session?.accessToken ?? '')
  const others = await RawSocket.ready(started.url, other.session?.accessToken ?? '')
  const { data } = await hers.ask('presence.watch', { userIds: [other.userId] })
  const online = Object(data).online.length > 0
  const from = hers.frames.length
  await others.ask('typing.set', { room })
  const { data: sent } = await others.ask('message.send', { room, ...message() })
  const seq = Number(sent?.['seq'])
  await others.ask('read.set', { room, seq })
  await others.ask('message.edit', { room, seq, text: 'changed' })
  await others.ask('message.delete', { room, seq })
  const path = `/v1/rooms/${room}/members/${other.userId}`
  await call(host, 'PUT', path, { role: 'owner' })
  await call(other, 'PATCH', `/v1/rooms/${room}`, { topic: 'Of the other' })
  await call(other, 'DELETE', `/v1/rooms/${room}/members/me`)
  await call(host, 'PUT', path, {})
  await others.end()
  const isLast = ({ type, data: joined }: { type?: string; data?: unknown }) =>
    type === 'member.joined' && Object(joined).user?.id === other.userId
  await vi.waitFor(() => expect(hers.frames.slice(from).some(isLast)).toBe(true))
  const types = hers.frames.slice(from).map(({ type }) => type ?? '')
  await hers.end()
  const known = types.filter((type) => !frames.own.includes(type) && type !== '')
  return [...new Set([...known, ...(online ? ['presence'] : [])])].toSorted()
}
