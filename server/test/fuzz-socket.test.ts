import fc from 'fast-check'
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { apiDeclarations } from '../src/api.ts'
import { errorCodes } from '../src/contract/error-codes.ts'
import { doorsWorld } from './doors-world.ts'
import type { DoorsWorld } from './doors-world.ts'
import type { Person } from './start-app.ts'
import { RawSocket } from './raw-socket.ts'
import type { RawFrame } from './raw-socket.ts'
import { strangeTexts, valueOf } from './schema-arbitrary.ts'

/** Change it to look elsewhere; a failure prints what to write here to see it again. */
const seed = 2026
const timeMs = 6000

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

/** Says them at once and waits for as many replies: a read marker's may take a second (E3). */
async function sayAll(socket: RawSocket, all: readonly string[], done: Set<unknown>) {
  const { check } = world.started
  for (const frame of all) socket.say(frame)
  const replies = (): RawFrame[] => socket.frames.filter(({ re }) => re !== undefined)
  const patience = { timeout: 10_000, interval: 5 }
  await vi.waitFor(() => expect(replies()).toHaveLength(all.length), patience)
  expect(faultsIn(replies())).toEqual([])
  for (const frame of socket.frames.splice(0)) {
    if (frame.re === undefined) check.frame(frame)
    else if (frame.ok !== true) check.reply('', frame)
    if (frame.re !== undefined) done.add(frame.ok === true ? 'ok' : frame.error?.code)
  }
}

describe('whatever is said', () => {
  it('each frame has one reply, none is a fault of ours, and the socket goes on', async () => {
    const { ada, ben, dora } = world
    const sockets = await Promise.all(
      [ada, ben, dora].map((one) => RawSocket.ready(world.url, tokenOf(one))),
    )
    for (const socket of sockets) socket.frames.length = 0 // of the hello
    const done = new Set<unknown>()
    const batch = fc.array(frames(), { minLength: 50, maxLength: 50 })
    const property = fc.asyncProperty(fc.tuple(batch, batch, batch), async (all) => {
      await Promise.all(sockets.map((socket, who) => sayAll(socket, all[who] ?? [], done)))
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
