import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chatWorld, text } from '../../test/chat-world.ts'
import type { ChatWorld } from '../../test/chat-world.ts'
import type { Caller } from '../contract/caller.ts'
import { RoomLogSource, topicOf } from './log-reader.ts'
import type { Room } from './schema.ts'

/** Ada and Cleo were in the room from its beginning; Ben came after `secret` was said at seq 3. */
describe('L6 the history floor of a member', () => {
  let world: ChatWorld
  let ada: Caller
  let ben: Caller
  let cleo: Caller
  let room: Room
  const hello = { cursors: {} }

  beforeAll(async () => {
    world = await chatWorld()
    ada = await world.person('ada')
    ben = await world.person('ben')
    cleo = await world.person('cleo')
    room = await world.room(ada, [cleo], { history: 'sinceJoin' })
    await world.messages.send(ada, room.id, text('secret'))
    await world.members.put(ada, room.id, ben.userId, undefined)
    await world.messages.send(ada, room.id, text('welcome'))
  })
  afterAll(() => world.close())

  const seqs = async (who: Caller, request: object) => {
    const { items, hasBefore, hasAfter } = await world.messages.page(who, room.id, request)
    return { seqs: items.map(({ seq }) => seq), hasBefore, hasAfter }
  }

  it('holds for pages in every direction', async () => {
    const only = { seqs: [5], hasBefore: false, hasAfter: false }
    expect(await seqs(ben, {})).toEqual(only)
    expect(await seqs(ben, { before: 6 })).toEqual(only)
    expect(await seqs(ben, { after: 0 })).toEqual(only)
    expect(await seqs(ben, { around: 3 })).toEqual(only)
    const nothing = { seqs: [], hasBefore: false, hasAfter: true }
    expect(await seqs(ben, { before: 4 })).toEqual(nothing)
    expect(await seqs(ada, {})).toEqual({ seqs: [3, 5], hasBefore: false, hasAfter: false })
  })

  it('holds for one message, to read, to delete and to reply to', async () => {
    const missing = (work: Promise<unknown>) =>
      expect(work).rejects.toMatchObject({ code: 'message_not_found' })
    await world.members.put(ada, room.id, ben.userId, 'admin')
    await missing(world.messages.get(ben, room.id, 3))
    await missing(world.messages.delete(ben, room.id, 3))
    await missing(world.messages.send(ben, room.id, { ...text('what?'), replyTo: 3 }))
    expect(await world.messages.get(cleo, room.id, 3)).toMatchObject({ text: 'secret' })
    await world.members.put(ada, room.id, ben.userId, 'member')
  })

  it('holds for the log, the view of the room, the unread count and ready', async () => {
    const log = await world.log.page(ben.userId, room.id, 0, 200)
    expect(log.items[0]).toMatchObject({ seq: 4, type: 'member.joined' })
    expect(log.items).toHaveLength(log.lastSeq - 3)
    const view = await world.rooms.get(ben, room.id)
    expect(view).toMatchObject({ visibleFrom: 4, unread: 1, lastMessage: { seq: 5 } })
    const quiet = await world.room(ada, [], { history: 'sinceJoin' })
    await world.messages.send(ada, quiet.id, text('before'))
    await world.members.put(ada, quiet.id, ben.userId, undefined)
    expect(await world.rooms.get(ben, quiet.id)).toMatchObject({ unread: 0, lastMessage: null })
    const facts = { connectionId: randomUUID(), heartbeatMs: 25_000 }
    const { frames } = await world.greetings.greet(ben, hello, facts)
    const { rooms } = frames[0] as { rooms: Room[] } // ready comes first
    expect(rooms.find(({ id }) => id === quiet.id)).toMatchObject({ lastMessage: null })
  })

  it('an edit of what was said before keeps its place, without its text, on every path', async () => {
    const bens = await world.listen(ben, room)
    const cleos = await world.listen(cleo, room)
    const far = await world.listenFar(ben, room)
    const { version } = await world.messages.edit(ada, room.id, 3, 'secret, corrected')
    const entry = (who: Caller) => world.log.page(who.userId, room.id, version - 1, 1)
    const seen = (words: string | null) => ({
      type: 'message.edited',
      seq: version,
      data: { seq: 3, version, text: words },
    })
    expect(cleos.frames).toMatchObject([seen('secret, corrected')])
    expect(bens.frames).toMatchObject([seen(null)])
    expect(far.frames).toEqual(bens.frames)
    expect((await entry(cleo)).items).toEqual(cleos.frames)
    expect((await entry(ben)).items).toEqual(bens.frames)
    // What is read for a resuming connection, and for a hole.
    const source = new RoomLogSource({ db: world.db })
    const [read] = await source.read(topicOf(room.id), version - 1, version)
    expect(read?.frame).toEqual(cleos.frames[0])
    expect(read?.veil).toEqual({ userIds: [ben.userId], frame: bens.frames[0] })
    const late = await world.listen(ben)
    const { topics } = world.hub
    await topics.open(late.connection, [topicOf(room.id)])
    topics.setGate(late.connection, topicOf(room.id), version - 1, version - 1)
    await topics.catchUp(late.connection, topicOf(room.id), () => Promise.resolve())
    expect(late.frames).toEqual(bens.frames)
  })

  it('an edit of what one may see is whole, also of one who came back', async () => {
    const { seq } = await world.messages.send(cleo, room.id, text('draft'))
    const bens = await world.listen(ben, room)
    await world.messages.edit(cleo, room.id, seq, 'final')
    expect(bens.frames).toMatchObject([{ data: { text: 'final' } }])
    await world.members.remove(cleo, room.id, 'me')
    await world.members.put(ada, room.id, cleo.userId, undefined)
    await expect(world.messages.get(cleo, room.id, seq)).rejects.toMatchObject({
      code: 'message_not_found',
    })
    await expect(world.messages.edit(cleo, room.id, seq, 'again')).rejects.toMatchObject({
      code: 'message_not_found',
    })
  })

  it('a deletion of what was said before tells ids only', async () => {
    const bens = await world.listen(ben, room)
    await world.messages.delete(ada, room.id, 3)
    expect(bens.frames).toMatchObject([
      { type: 'message.deleted', data: { message: 3, by: ada.userId } },
    ])
  })

  it('is the beginning in channels, whatever they were asked to be, and in other groups', async () => {
    const channel = await world.room(ada, [], { kind: 'channel', history: 'sinceJoin' })
    expect(channel).toMatchObject({ history: 'all', visibleFrom: 1 })
    await world.messages.send(ada, channel.id, text('for everyone'))
    expect(await world.rooms.join(ben, channel.id)).toMatchObject({ visibleFrom: 1, joinedSeq: 3 })
    expect(await world.messages.get(ben, channel.id, 2)).toMatchObject({ text: 'for everyone' })
    const group = await world.room(ada)
    await world.messages.send(ada, group.id, text('for all to come'))
    await world.members.put(ada, group.id, ben.userId, undefined)
    expect(await world.messages.get(ben, group.id, 2)).toMatchObject({ text: 'for all to come' })
    const { room: direct } = await world.rooms.direct(ada, ben.userId)
    expect(direct).toMatchObject({ visibleFrom: 1, history: 'all' })
  })
})
