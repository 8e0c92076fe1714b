import { randomUUID } from 'node:crypto'
import { describe, expect, it, vi } from 'vitest'
import { handshake } from './raw-handshake.ts'
import { refusalOf } from './raw-socket.ts'
import { socketWorld, tokenOf } from './socket-world.ts'

const door = socketWorld({ env: { LIMIT_SCALE: '1', CORS_ORIGINS: 'https://app.example.org' } })

/** The answer to a handshake by hand. */
async function answerTo(path: string, header?: string, method?: string): Promise<string> {
  const { socket, answer } = await handshake(door.world.url, path, header, method)
  socket.destroy()
  return answer
}

describe('S1 the upgrade', () => {
  const origins: [string, string | undefined, boolean][] = [
    ['no Origin (not a browser)', undefined, true],
    ['the own host', 'own', true],
    ['a listed origin', 'https://app.example.org', true],
    ['null', 'null', false],
    ['a foreign origin', 'https://evil.example.net', false],
    ['a listed origin with another scheme', 'http://app.example.org', false],
    ['a listed origin with another port', 'https://app.example.org:444', false],
    ['a host that begins like a listed one', 'https://app.example.org.evil.net', false],
    ['a file', 'file://', false],
    ['something that is no origin', 'nonsense', false],
    ['nothing at all', '', false],
  ]
  it.each(origins)('from %s', async (_, origin, passes) => {
    const headers: Record<string, string> =
      origin === undefined ? {} : { origin: origin === 'own' ? door.world.url : origin }
    const attempt = door.open({ headers }).then(
      () => 'open',
      (error: Error) => error.message,
    )
    expect(await attempt).toBe(passes ? 'open' : '403')
  })

  it.each([
    ['http://chat.example.org', 'Chat.Example.ORG', true],
    ['http://chat.example.org', 'chat.example.org:80', true],
    ['https://chat.example.org', 'chat.example.org:443', true],
    ['https://chat.example.org:8443', 'chat.example.org:8443', true],
    ['https://chat.example.org:8443', 'chat.example.org', false],
    ['https://chat.example.org', 'chat.example.org:8443', false],
    ['https://chat.example.org', 'evil@chat.example.org', false],
  ])('from %s, where the proxy says that the host is %s', async (origin, host, passes) => {
    const attempt = door.open({ headers: { origin, host } }).then(
      () => 'open',
      (error: Error) => error.message,
    )
    expect(await attempt).toBe(passes ? 'open' : '403')
  })

  it('takes no token from a URL, a header or a subprotocol', async () => {
    const token = tokenOf(door.world.ada)
    const socket = await door.open({
      headers: { authorization: `Bearer ${token}`, cookie: `token=${token}` },
    })
    expect(refusalOf(await socket.ask('typing.set', { room: door.world.group.id }))).toMatchObject({
      ok: false,
      code: 'unauthenticated',
    })
  })

  it('offers parley.v1 and no other subprotocol, and no compression', async () => {
    const socket = await door.open({ perMessageDeflate: true })
    expect(socket.ws.protocol).toBe('parley.v1')
    expect(socket.ws.extensions).toBe('')
    expect((await door.open({ protocol: null })).ws.protocol).toBe('')
    await expect(door.open({ protocol: 'graphql-ws' })).rejects.toThrow('400')
  })

  it('is at one address', async () => {
    for (const path of ['/', '/v1/socket/', '/v1/rooms', '/v1/users/me', '/v1//socket']) {
      expect(await answerTo(path)).toMatch(/^HTTP\/1\.1 404 /)
    }
    expect(await answerTo('/v1/socket?x=1')).toMatch(/^HTTP\/1\.1 101 /)
  })

  it('refuses what is no WebSocket handshake, and lives', async () => {
    const wrong = [
      'Sec-WebSocket-Key: short',
      'Sec-WebSocket-Version: 12',
      'Upgrade: h2c',
      'Sec-WebSocket-Protocol: ,,,',
      'Sec-WebSocket-Protocol: parley.v1, parley.v1',
    ]
    for (const header of wrong) {
      const answer = await answerTo('/v1/socket', header)
      expect([header, answer.slice(9, 12)]).toEqual([header, expect.stringMatching(/^4../)])
    }
    expect(await answerTo('/v1/socket', '', 'POST')).toMatch(/^HTTP\/1\.1 405 /)
    expect(await answerTo('/healthz', 'Upgrade: h2c')).toMatch(/^HTTP\/1\.1 200 /)
  })
})

describe('S1 hello', () => {
  const invalid = 'invalid_request'

  it('that does not come within five seconds closes 4001; one that came does not', async () => {
    const silent = await door.open()
    const polite = await door.ready(door.world.ada)
    door.clock.advance(4000)
    expect(refusalOf(await silent.ask('typing.set', { room: door.world.group.id })).code).toBe(
      'unauthenticated',
    )
    door.clock.advance(1500)
    expect(await silent.closed).toEqual({ code: 4001, reason: 'noHello' })
    expect((await polite.ask('room.sync', { room: door.world.group.id, after: 0 })).ok).toBe(true)
  })

  const notHello: [string, object | string, string | undefined][] = [
    ['another command', { id: 1, type: 'message.send' }, invalid],
    ['an unknown command', { id: 1, type: 'shutdown' }, invalid],
    ['no JSON', 'hello', invalid],
    ['hello without a token', { id: 1, type: 'hello' }, invalid],
    ['hello with a number for a token', { id: 1, type: 'hello', token: 1 }, invalid],
    ['hello with an unknown field', { id: 1, type: 'hello', token: 'x', admin: true }, invalid],
    [
      'hello with a cursor of no room',
      { id: 1, type: 'hello', token: 'x', cursors: { lobby: 1 } },
      invalid,
    ],
    [
      'hello with a cursor across lines',
      { id: 1, type: 'hello', token: 'x', cursors: { 'a\nb': 'c' } },
      invalid,
    ],
    [
      'hello with a negative cursor',
      { id: 1, type: 'hello', token: 'x', cursors: { [randomUUID()]: -1 } },
      invalid,
    ],
    [
      'hello with a huge cursor',
      `{"id":1,"type":"hello","token":"x","cursors":{"${randomUUID()}":1e400}}`,
      invalid,
    ],
    ['hello with a list of cursors', { id: 1, type: 'hello', token: 'x', cursors: [1] }, invalid],
    ['hello with __proto__', '{"id":1,"type":"hello","token":"x","__proto__":{}}', invalid],
    [
      'hello with __proto__ for a cursor',
      '{"id":1,"type":"hello","token":"x","cursors":{"__proto__":1}}',
      invalid,
    ],
  ]
  it.each(notHello)('is not %s: an error, and the socket waits on', async (_, first, code) => {
    const socket = await door.open()
    socket.say(first)
    expect((await socket.frame(() => true)).error?.code).toBe(code)
    socket.say({ id: 2, type: 'hello', token: tokenOf(door.world.ada) })
    expect(await socket.frame(({ re }) => re === 2)).toMatchObject({ ok: true })
  })

  it('with more cursors than a person can have rooms is refused', async () => {
    const socket = await door.open()
    const cursors = Object.fromEntries(Array.from({ length: 1001 }, () => [randomUUID(), 1]))
    expect(
      refusalOf(await socket.ask('hello', { token: tokenOf(door.world.ada), cursors })).code,
    ).toBe(invalid)
  })

  it('with cursors of rooms that are not hers says so, and nothing of them', async () => {
    const socket = await door.open()
    const unknown = randomUUID()
    const cursors = { [unknown]: 7, [door.world.group.id]: 1 }
    socket.say({ id: 1, type: 'hello', token: tokenOf(door.world.dora), cursors })
    await socket.frame(({ type }) => type === 'live')
    const gone = socket.frames
      .filter(({ type }) => type === 'room.gone')
      .map(({ room }) => String(room))
    expect(gone.toSorted()).toEqual([unknown, door.world.group.id].toSorted())
    expect(JSON.stringify(socket.frames)).not.toContain('hello group')
  })

  it('is said once: again is an error, also when both come at once', async () => {
    const twice = await door.ready(door.world.ada)
    expect(refusalOf(await twice.ask('hello', { token: tokenOf(door.world.ada) }))).toEqual({
      re: 1,
      ok: false,
      code: invalid,
    })
    expect((await twice.ask('room.sync', { room: door.world.group.id, after: 0 })).ok).toBe(true)

    const atOnce = await door.open()
    for (const id of [1, 2, 3]) atOnce.say({ id, type: 'hello', token: tokenOf(door.world.ada) })
    await atOnce.frame(({ type }) => type === 'live')
    const replies = [1, 2, 3].map((id) => atOnce.frames.find(({ re }) => re === id))
    expect(replies.filter((reply) => reply?.ok)).toHaveLength(1)
    expect(replies.flatMap((reply) => reply?.error?.code ?? [])).toEqual([invalid, invalid])
    expect(atOnce.frames.filter(({ type }) => type === 'ready')).toHaveLength(1)
    expect((await atOnce.ask('room.sync', { room: door.world.group.id, after: 0 })).ok).toBe(true)
  })

  it('comes before commands, and is done before they are', async () => {
    const before = await door.world.stored()
    const socket = await door.open()
    const send = (id: number) => ({
      id,
      type: 'message.send',
      room: door.world.group.id,
      clientId: randomUUID(),
      text: 'early',
    })
    socket.say(send(1))
    socket.say({ id: 2, type: 'hello', token: tokenOf(door.world.ada) })
    socket.say(send(3))
    await socket.frame(({ type }) => type === 'live')
    for (const id of [1, 3]) {
      const reply = await socket.frame(({ re }) => re === id)
      expect(refusalOf(reply)).toEqual({ re: id, ok: false, code: 'unauthenticated' })
    }
    expect(await door.world.stored()).toBe(before)
  })

  it('of a client that goes at once leaves nothing behind', async () => {
    const sockets = await Promise.all(Array.from({ length: 15 }, () => door.open()))
    for (const [at, socket] of sockets.entries()) {
      socket.say({ id: 1, type: 'hello', token: tokenOf(door.world.ben) })
      setTimeout(() => socket.ws.terminate(), at)
    }
    await Promise.all(sockets.map(({ closed }) => closed))
    await vi.waitFor(() =>
      expect(door.world.app.hub.connectionsOf(door.world.ben.userId).size).toBe(0),
    )
    await vi.waitFor(() =>
      expect(door.world.app.hub.topics.get(`room:${door.world.group.id}`)).toBeUndefined(),
    )
  })
})
