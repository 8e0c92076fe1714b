import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chatWorld, text } from '../../test/chat-world.ts'
import type { ChatWorld, Heard } from '../../test/chat-world.ts'
import { RoomReplica } from '../../test/room-replica.ts'
import type { Caller } from '../contract/caller.ts'
import { fingerprintOf } from './messages.ts'

interface Stage {
  id: string
  /** Of Ada and of Ben, in this order; Ben's was edited once. */
  adas: number
  bens: number
}

let world: ChatWorld
let ada: Caller
let ben: Caller
let cleo: Caller
let dora: Caller

/** Every action of the service, by someone in the room or on the way in. */
const actions: [string, (stage: Stage) => Promise<unknown>][] = [
  ['send', ({ id }) => world.messages.send(cleo, id, text('hello'))],
  ['send mine', ({ id }) => world.messages.send(ada, id, text('hello'))],
  ['reply', ({ id, adas }) => world.messages.send(ben, id, { ...text('yes'), replyTo: adas })],
  [
    'send many at once',
    ({ id }) =>
      Promise.all([ada, ben, cleo, ada, ben].map((who) => world.messages.send(who, id, text('x')))),
  ],
  [
    'send twice',
    async ({ id }) => {
      const input = text('once')
      await Promise.all([1, 2].map(() => world.messages.send(ben, id, input)))
    },
  ],
  [
    'import an action at another time',
    ({ id }) =>
      world.store.append({
        roomId: id,
        authorId: cleo.userId,
        clientId: randomUUID(),
        style: 'action',
        text: 'waves',
        replyTo: null,
        fingerprint: fingerprintOf('waves', null),
        at: '2004-09-01T12:00:00.000Z',
      }),
  ],
  ['edit', ({ id, adas }) => world.messages.edit(ada, id, adas, 'better')],
  ['edit again', ({ id, bens }) => world.messages.edit(ben, id, bens, 'better still')],
  ['edit to the same', ({ id, adas }) => world.messages.edit(ada, id, adas, 'of ada')],
  ['delete the last', ({ id, bens }) => world.messages.delete(ben, id, bens)],
  ["delete another's", ({ id, bens }) => world.messages.delete(ada, id, bens)],
  [
    'delete all',
    async ({ id, adas, bens }) => {
      await world.messages.delete(ada, id, adas)
      await world.messages.delete(ada, id, bens)
    },
  ],
  ['add', ({ id }) => world.members.put(ada, id, dora.userId, undefined)],
  ['add as admin', ({ id }) => world.members.put(ada, id, dora.userId, 'admin')],
  ['join', ({ id }) => world.rooms.join(dora, id)],
  [
    'be admitted by an import',
    ({ id }) => {
      const at = '2004-09-01T12:00:00.000Z'
      return world.admissions.admit(id, [{ userId: dora.userId, at }])
    },
  ],
  ['leave', ({ id }) => world.members.remove(cleo, id, 'me')],
  ['remove', ({ id }) => world.members.remove(ada, id, cleo.userId)],
  [
    'leave and come back',
    async ({ id }) => {
      await world.members.remove(cleo, id, 'me')
      await world.rooms.join(cleo, id)
    },
  ],
  ['promote', ({ id }) => world.members.put(ada, id, ben.userId, 'admin')],
  [
    'make someone else owner and step down',
    async ({ id }) => {
      await world.members.put(ada, id, ben.userId, 'owner')
      await world.members.put(ada, id, ada.userId, 'member')
    },
  ],
  ['rename', ({ id }) => world.rooms.change(ada, id, { name: 'New', topic: 'Why?' })],
  ['archive', ({ id }) => world.rooms.change(ada, id, { archived: true })],
  [
    'archive and reopen',
    async ({ id }) => {
      await world.rooms.change(ada, id, { archived: true })
      await world.rooms.change(ada, id, { archived: false })
    },
  ],
  ['read', ({ id, bens }) => world.readMarks.set(ada, id, bens)],
  ["see another's reading", ({ id, bens }) => world.readMarks.set(cleo, id, bens)],
  [
    'delete an account',
    async ({ id }) => {
      const eve = await world.person('eve')
      await world.members.put(ada, id, eve.userId, 'owner')
      await world.accounts.deleteOwnUser(eve.userId)
    },
  ],
]

describe('state and events are fresh state', () => {
  beforeAll(async () => {
    world = await chatWorld()
    ada = await world.person('ada')
    ben = await world.person('ben')
    cleo = await world.person('cleo')
    dora = await world.person('dora')
  })
  afterAll(() => world.close())

  async function stage(): Promise<Stage> {
    const { id } = await world.room(ada, [ben, cleo], { kind: 'channel' })
    const { seq: adas } = await world.messages.send(ada, id, text('of ada'))
    const { seq: bens } = await world.messages.send(ben, id, text('of ben'))
    await world.messages.edit(ben, id, bens, 'of ben, corrected')
    return { id, adas, bens }
  }

  /** A viewer with what she read before, and with what she hears on this node and on another. */
  async function watcher(viewer: Caller, roomId: string) {
    const read = () => RoomReplica.read(world, viewer, roomId)
    const [kept, resumed] = [await read(), await read()]
    const near = await world.listen(viewer, roomId)
    const far = await world.listenFar(viewer, roomId)
    return { viewer, read, kept, resumed, near, far, after: kept.lastSeq }
  }

  it.each(actions)('P2 after: %s', async (_, act) => {
    const set = await stage()
    const watchers = [await watcher(ada, set.id), await watcher(ben, set.id)]
    await act(set)
    for (const { viewer, read, kept, resumed, near, far, after } of watchers) {
      const fresh = (await read()).state()
      for (const frame of near.frames) kept.apply(frame)
      expect(kept.state()).toEqual(fresh)
      expect(far.frames).toEqual(near.frames)
      // Who comes back late reads the same from the log, and hears the rest with ready.
      const { items } = await world.log.page(viewer.userId, set.id, after, 200)
      const pushed = near.log(set.id)
      expect(items.map(identityOf)).toEqual(pushed.map(identityOf))
      for (const frame of near.frames) if (!pushed.includes(frame)) resumed.apply(frame)
      for (const entry of items) resumed.apply(entry)
      expect(resumed.state()).toEqual(fresh)
    }
  })
})

const identityOf = ({ type, seq, at }: Heard) => ({ type, seq, at })
