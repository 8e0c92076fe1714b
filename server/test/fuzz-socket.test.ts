import fc from 'fast-check'
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { apiDeclarations } from '../src/api.ts'
import { errorCodes } from '../src/contract/error-codes.ts'
import { doorsWorld } from './doors-world.ts'
import type { DoorsWorld, Person } from './doors-world.ts'
import { RawSocket } from './raw-socket.ts'
import type { RawFrame } from './raw-socket.ts'
import { strangeTexts, valueOf } from './schema-arbitrary.ts'

/** Change it to look elsewhere; a failure prints what to write here to see it again. */
const seed = 2026
const timeMs = 4000

let world: DoorsWorld
beforeAll(async () => {
  world = await doorsWorld({ env: { LIMIT_SCALE: '10000' } })
})
afterAll(() => world.close())

const { commands } = apiDeclarations()
const tokenOf = ({ session }: Person): string => session?.accessToken ?? ''

function knownIds(): fc.Arbitrary<string> {
  const { ada, ben, dora, group, channel } = world
  const known = [group.id, group.id, group.id, channel.id, ada.userId, ben.userId, dora.userId]
  const strange = [randomUUID(), group.id.toUpperCase(), ...strangeTexts]
  return fc.oneof(
    { weight: 9, arbitrary: fc.oneof(fc.constantFrom(...known), fc.uuid()) },
    { weight: 1, arbitrary: fc.constantFrom(...strange) },
  )
}

/** A frame of any command, mostly as it is described; now and then not even JSON. */
function frames(): fc.Arbitrary<string> {
  const ids = knownIds()
  const described = commands.map(({ declaration: { schema } }) =>
    valueOf(schema, ids).map((frame) => JSON.stringify(frame) ?? ''),
  )
  const cut = fc.tuple(fc.oneof(...described), fc.nat(80)).map(([text, at]) => text.slice(0, at))
  return fc.oneof(
    { weight: 12, arbitrary: fc.oneof(...described) },
    { weight: 1, arbitrary: cut },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
  )
}

/** Faults of ours among these. */
const faultsIn = (all: readonly RawFrame[]): RawFrame[] =>
  all.filter(({ error }) => {
    const code = error?.code
    return (
      code !== undefined &&
      Object.entries(errorCodes).some(([name, { status }]) => name === code && status >= 500)
    )
  })

describe('whatever is said', () => {
  it('each frame has one reply, none is a fault of ours, and the socket goes on', async () => {
    const { ada, ben, dora } = world
    const sockets = await Promise.all(
      [ada, ben, dora].map((one) => RawSocket.ready(world.url, tokenOf(one))),
    )
    const done = new Set<unknown>()
    const said = fc.record({
      who: fc.nat(2),
      all: fc.array(frames(), { minLength: 20, maxLength: 20 }),
    })
    const property = fc.asyncProperty(said, async ({ who, all }) => {
      const socket = sockets[who]
      if (!socket) return
      const from = socket.frames.length
      for (const frame of all) socket.say(frame)
      const replies = (): RawFrame[] =>
        socket.frames.slice(from).filter(({ re }) => re !== undefined)
      await vi.waitFor(() => expect(replies()).toHaveLength(all.length), { interval: 2 })
      expect(faultsIn(replies())).toEqual([])
      for (const { error, ok } of replies()) done.add(ok === true ? 'ok' : error?.code)
      for (const frame of socket.frames.splice(0)) {
        if (frame.re === undefined) world.started.check.frame(frame)
        else if (frame.ok !== true) world.started.check.reply('', frame)
      }
      expect(world.started.check.faults).toEqual([])
    })
    await fc.assert(property, {
      seed,
      numRuns: 300,
      interruptAfterTimeLimit: timeMs,
      endOnFailure: true,
    })
    // It got past the door.
    expect([...done]).toEqual(expect.arrayContaining(['ok', 'invalid_request', 'room_not_found']))
    for (const socket of sockets) await socket.end()
  }, 30_000)

  it('as the first frame has one reply, which is no fault of ours, and a good one a live socket', async () => {
    const { ada } = world
    const hello = commands.find(({ declaration: { type } }) => type === 'hello')
    if (!hello) throw new Error('there is a hello')
    const ids = knownIds()
    const position = fc.oneof(fc.integer({ min: -1, max: 9 }), fc.maxSafeInteger(), fc.double())
    const cursors = fc.dictionary(ids, position, { maxKeys: 5 })
    const token = fc.constantFrom(tokenOf(ada), tokenOf(ada), 'x.y.z', ...strangeTexts)
    const first = fc
      .tuple(valueOf(hello.declaration.schema, ids), cursors, token)
      .map(([frame, cursors, token]) =>
        JSON.stringify(
          typeof frame === 'object' && frame !== null && !Array.isArray(frame)
            ? { ...frame, cursors, token }
            : frame,
        ),
      )
    const property = fc.asyncProperty(
      fc.oneof({ weight: 9, arbitrary: first }, frames()),
      async (frame) => {
        const socket = await RawSocket.open(world.url)
        socket.say(frame)
        const reply = await socket.frame(({ re }) => re !== undefined)
        expect(faultsIn([reply])).toEqual([])
        if (reply.ok === true) await socket.frame(({ type }) => type === 'live')
        await socket.end()
      },
    )
    await fc.assert(property, {
      seed,
      numRuns: 150,
      interruptAfterTimeLimit: timeMs,
      endOnFailure: true,
    })
    expect((await world.call('GET', '/readyz')).status).toBe(200)
  }, 30_000)
})
