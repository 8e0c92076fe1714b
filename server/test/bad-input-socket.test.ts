import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { describe, expect, it, vi } from 'vitest'
import { apiDeclarations } from '../src/api.ts'
import type { DoorsWorld } from './doors-world.ts'
import { handshake } from './raw-handshake.ts'
import { refusalOf } from './raw-socket.ts'
import { socketWorld, tokenOf } from './socket-world.ts'

const door = socketWorld()

/** Every command on a room, as Ada may give it. */
const commands: [string, (of: DoorsWorld) => Record<string, unknown>][] = [
  ['message.send', ({ group }) => ({ room: group.id, clientId: randomUUID(), text: 'hello' })],
  ['message.edit', ({ group }) => ({ room: group.id, seq: group.seq, text: 'changed' })],
  ['message.delete', ({ group }) => ({ room: group.id, seq: group.seq })],
  ['read.set', ({ group }) => ({ room: group.id, seq: 1 })],
  ['typing.set', ({ group }) => ({ room: group.id })],
  ['room.sync', ({ group }) => ({ room: group.id, after: 0 })],
]

describe('S3 a frame', () => {
  const room = () => door.world.group.id
  const send = (fields: object = {}) => ({
    id: 7,
    type: 'message.send',
    room: room(),
    clientId: randomUUID(),
    text: 'hello',
    ...fields,
  })
  const refused = { re: 7, ok: false, code: 'invalid_request' }
  const nameless = { ...refused, re: null }

  /** Each is answered by one reply, nothing is stored, and the socket goes on. */
  async function expectRefused(frames: [string, object | string][], expected: object) {
    const socket = await door.ready(door.world.ada)
    const before = await door.world.stored()
    for (const [at, [what, frame]] of frames.entries()) {
      door.clock.advance(200) // so that none of them is one too many
      const from = socket.frames.length
      const after = 1000 + at
      socket.say(frame)
      socket.say({ id: after, type: 'room.sync', room: room(), after: 0 })
      expect(await socket.frame(({ re }) => re === after)).toMatchObject({ ok: true })
      const answers = socket.frames
        .slice(from)
        .filter(({ re }) => re !== undefined && re !== after)
        .map(refusalOf)
      expect([what, answers]).toEqual([what, [expected]])
    }
    expect(await door.world.stored()).toBe(before)
  }

  it('that is no JSON object, or has no id, is answered without one', async () => {
    await expectRefused(
      [
        ['nothing', ''],
        ['a word', 'hello'],
        ['half of it', '{"id":7,"type":'],
        ['two of them', '{"id":7} {"id":8}'],
        ['a number', '7'],
        ['a text', '"message.send"'],
        ['null', 'null'],
        ['a list of frames', [send()]],
        ['no id', send({ id: undefined })],
        ['a text for an id', send({ id: '7' })],
        ['null for an id', send({ id: null })],
        ['half an id', send({ id: 1.5 })],
        ['an id below nothing', send({ id: -1 })],
        ['an id too large', send({ id: 2 ** 53 })],
        ['an infinite id', JSON.stringify(send()).replace('"id":7', '"id":1e400')],
        ['17 levels', `{"id":7,"type":"message.send","a":${'['.repeat(17)}${']'.repeat(17)}}`],
        ['60,000 levels', '['.repeat(60_000)],
      ],
      nameless,
    )
  })

  it('that is another than described is answered under its id', async () => {
    const without = (name: string) => send({ [name]: undefined })
    const wrong: [string, unknown][] = [
      ['text', 1],
      ['text', null],
      ['text', ''],
      ['text', ' \n '],
      ['text', 'x'.repeat(8001)],
      ['text', '\u{1F600}'.repeat(8001)],
      ['text', ['hello']],
      ['room', 'lobby'],
      ['room', room().toUpperCase()],
      ['room', `urn:uuid:${room()}`],
      ['room', null],
      ['clientId', '1'],
      ['clientId', randomUUID().toUpperCase()],
      ['replyTo', -1],
      ['replyTo', '1'],
      ['replyTo', 1.5],
      ['replyTo', 2 ** 53],
      ['style', 'action'],
      ['author', { id: door.world.ben.userId }],
      ['seq', 1],
      ['__proto__x', {}],
      ['constructor', {}],
    ]
    await expectRefused(
      [
        ...['text', 'room', 'clientId'].map((name): [string, object] => [
          `no ${name}`,
          without(name),
        ]),
        ...wrong.map(([name, value]): [string, object] => [
          `${name}: ${String(value).slice(0, 20)}`,
          send({ [name]: value }),
        ]),
        ['__proto__', JSON.stringify(send()).replace('{', '{"__proto__":{"role":"owner"},')],
        ['a NUL in a text', send({ text: 'a\0b' })],
        ['half a character', send({ text: 'a\uD800' })],
        ['the other half', send({ text: '\uDC00a' })],
        ['a NUL in a name', send({ 'a\0': 1 })],
        ['an unknown command', send({ type: 'message.sendAll' })],
        ['no type', send({ type: undefined })],
        ['a number for a type', send({ type: 1 })],
        ['the name of what every object has', send({ type: 'constructor' })],
        ['a command of the server', send({ type: 'message.created' })],
      ],
      refused,
    )
  })

  it.each(commands)(
    '%s refuses fields it does not know, and a room that is none',
    async (type, fields) => {
      await expectRefused(
        [
          ['an unknown field', { id: 7, type, ...fields(door.world), surprise: 1 }],
          ['a room that is none', { id: 7, type, ...fields(door.world), room: 'lobby' }],
        ],
        refused,
      )
    },
  )

  it.each(commands)(
    '%s tells a stranger nothing of a room she may not see',
    async (type, fields) => {
      const dora = await door.ready(door.world.dora)
      const before = await door.world.stored()
      const inGroup = await dora.ask(type, { ...fields(door.world), room: door.world.group.id })
      const nowhere = await dora.ask(type, { ...fields(door.world), room: randomUUID() })
      expect(inGroup.error).toMatchObject({ code: 'room_not_found' })
      expect(inGroup.error).toEqual(nowhere.error)
      const inChannel = await dora.ask(type, { ...fields(door.world), room: door.world.channel.id })
      expect(inChannel.error?.code).toBe('forbidden')
      expect(await door.world.stored()).toBe(before)
    },
  )

  it('of every command on a room is tried here', () => {
    const onRooms = apiDeclarations().commands.flatMap(({ declaration: { type, schema } }) =>
      'properties' in schema && 'room' in Object(schema.properties) ? [type] : [],
    )
    expect(commands.map(([type]) => type).toSorted()).toEqual(onRooms.toSorted())
  })

  it('with a seq beyond the log is an error of its own', async () => {
    const socket = await door.ready(door.world.ada)
    const huge = Number.MAX_SAFE_INTEGER
    expect(refusalOf(await socket.ask('read.set', { room: room(), seq: huge })).code).toBe(
      'invalid_seq',
    )
    expect(refusalOf(await socket.ask('room.sync', { room: room(), after: huge })).code).toBe(
      'invalid_seq',
    )
    for (const type of ['message.edit', 'message.delete']) {
      const text = type === 'message.edit' ? { text: 'x' } : {}
      expect(refusalOf(await socket.ask(type, { room: room(), seq: huge, ...text })).code).toBe(
        'message_not_found',
      )
    }
  })
})

describe('S7 what breaks the protocol closes the socket', () => {
  it('a binary frame: 4503', async () => {
    for (const data of [Buffer.from('{"id":1}'), Buffer.alloc(0)]) {
      const socket = await door.ready(door.world.ada)
      socket.ws.send(data)
      expect((await socket.closed).code).toBe(4503)
    }
  })

  it('more than 128 KiB: 1009, whole or in fragments; exactly so much passes', async () => {
    const frame = (length: number) => `{"id":1,"type":"${'x'.repeat(length - 18)}"}`
    expect(frame(131_072)).toHaveLength(131_072)
    const fits = await door.ready(door.world.ada)
    fits.say(frame(131_072))
    expect((await fits.frame(({ re }) => re === 1)).error?.code).toBe('invalid_request')
    fits.say(frame(131_073))
    expect((await fits.closed).code).toBe(1009)

    const fragmented = await door.ready(door.world.ada)
    const half = frame(131_073).slice(0, 65_536)
    fragmented.ws.send(half, { fin: false })
    fragmented.ws.send(half, { fin: false })
    fragmented.ws.send('x', { fin: true })
    expect((await fragmented.closed).code).toBe(1009)
  })

  it('a message in more fragments than anyone needs', async () => {
    const socket = await door.ready(door.world.ada)
    socket.ws.send('{', { fin: false })
    for (let count = 0; count < 1000; count++) socket.ws.send('', { fin: false })
    expect([1002, 1008]).toContain((await socket.closed).code)
  })

  it('text that is no UTF-8', async () => {
    const socket = await door.ready(door.world.ada)
    socket.ws.send(Buffer.from([0x22, 0xff, 0x22]), { binary: false })
    expect((await socket.closed).code).toBe(1007)
  })

  it('bytes that are no frame, a frame without a mask, a reserved bit, a frame of 2^63 bytes', async () => {
    const frames = [
      Buffer.from('GET / HTTP/1.1\r\n\r\n'),
      Buffer.from([0x81, 0x02, 0x7b, 0x7d]),
      Buffer.from([0xc1, 0x80, 0, 0, 0, 0]),
      Buffer.from([0x83, 0x80, 0, 0, 0, 0]),
      Buffer.from([0x81, 0xff, 0x7f, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0]),
      Buffer.from([0x88, 0x81, 0, 0, 0, 0, 3]),
    ]
    for (const bytes of frames) {
      const { socket, answer } = await handshake(door.world.url, '/v1/socket')
      expect(answer).toMatch(/^HTTP\/1\.1 101 /)
      socket.write(bytes)
      await once(socket, 'close')
    }
    expect((await door.world.call('GET', '/healthz')).status).toBe(200)
  })
})

describe('S8 a flood', () => {
  it('of 10,000 frames is refused, then closes 4029, and others do not notice', async () => {
    const flooder = await door.ready(door.world.ben)
    const ada = await door.ready(door.world.ada)
    const before = await door.world.stored()
    door.clock.advance(10_000) // both may say as much at once as anyone may
    door.clock.stop()
    const text = JSON.stringify({ id: 1, type: 'typing.set', room: door.world.channel.id })
    for (let count = 0; count < 10_000; count++) flooder.say(text)
    const began = performance.now()
    expect((await ada.ask('room.sync', { room: door.world.group.id, after: 0 })).ok).toBe(true)
    expect(performance.now() - began).toBeLessThan(2000)
    expect(await flooder.closed).toEqual({ code: 4029, reason: '{"afterMs":5000}' })
    const refusals = flooder.frames.filter(({ error }) => error?.code === 'rate_limited')
    // A burst of 60 is done, twice as many are refused.
    expect(refusals).toHaveLength(120)
    expect(refusals[0]).toMatchObject({ re: 1, ok: false, error: { retryAfterMs: 50 } })
    expect(await door.world.stored()).toBe(before)
  })

  it('of frames that are nothing is a flood as well', async () => {
    const flooder = await door.open()
    for (let count = 0; count < 1000; count++) flooder.say('')
    expect((await flooder.closed).code).toBe(4029)
  })

  it('of pings ends the socket: each would be answered', async () => {
    const flooder = await door.ready(door.world.ada)
    let pongs = 0
    flooder.ws.on('pong', () => pongs++)
    flooder.ws.ping('are you there')
    await vi.waitFor(() => expect(pongs).toBe(1))
    for (let count = 0; count < 5000; count++) flooder.ws.ping()
    await flooder.closed
    expect(pongs).toBeLessThan(5000)
  })

  it('of sends is refused by person, over all her sockets and both doors', async () => {
    const sockets = [await door.ready(door.world.cora), await door.ready(door.world.cora)]
    const { data: mine } = await door.world.cora.http.POST('/v1/rooms', {
      body: { clientId: randomUUID(), kind: 'group', name: 'Mine' },
    })
    door.clock.stop()
    const content = () => ({ clientId: randomUUID(), text: 'again' })
    const replies = await Promise.all(
      sockets.flatMap((socket) =>
        Array.from({ length: 30 }, () =>
          socket.ask('message.send', { room: mine.id, ...content() }),
        ),
      ),
    )
    expect(replies.filter(({ ok }) => ok)).toHaveLength(50)
    const refused = replies.flatMap(({ error }) => error ?? [])
    expect(refused.map(({ code }) => code)).toEqual(Array<string>(10).fill('rate_limited'))
    expect(refused[0]?.retryAfterMs).toBe(100)
    const path = `/v1/rooms/${mine.id}/messages`
    const token = tokenOf(door.world.cora)
    const answer = await door.world.call('POST', path, { token, payload: content() })
    expect(answer).toMatchObject({ status: 429, code: 'rate_limited' })
    expect((await door.world.call('GET', `${path}?limit=200`, { token })).body.items).toHaveLength(
      50,
    )
  })
})
