import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { randomUUID } from 'node:crypto'
import type { Caller } from '../contract/caller.ts'
import { chatWorld, text } from '../../test/chat-world.ts'
import type { ChatWorld } from '../../test/chat-world.ts'
import { Messages } from './messages.ts'

describe('messages', () => {
  let world: ChatWorld
  let ada: Caller
  let ben: Caller
  let cleo: Caller

  beforeAll(async () => {
    world = await chatWorld()
    ada = await world.person('ada')
    ben = await world.person('ben')
    cleo = await world.person('cleo')
  })
  afterAll(() => world.close())

  const group = (...others: Caller[]) => world.room(ada, others)

  it('P1 a sent message is stored with the next seq of its room and read back the same', async () => {
    const room = await group(ben)
    expect(room.lastSeq).toBe(2)
    const sent = await world.messages.send(ada, room.id, text('hello'))
    expect(sent).toMatchObject({ seq: 3, version: 3, text: 'hello', repeated: false })
    const { repeated: _, ...stored } = sent
    expect(await world.messages.get(ben, room.id, 3)).toEqual(stored)
    const page = await world.messages.page(ben, room.id, {})
    expect(page).toEqual({ items: [stored], lastSeq: 3, hasBefore: false, hasAfter: false })
  })

  it('P3 a repeat answers with the original, another content under its clientId is refused', async () => {
    const room = await group(ben)
    const input = text('once')
    const first = await world.messages.send(ada, room.id, input)
    const again = await world.messages.send(ada, room.id, input)
    expect(again).toEqual({ ...first, repeated: true })
    const other = { ...input, text: 'twice' }
    await expect(world.messages.send(ada, room.id, other)).rejects.toMatchObject({
      code: 'client_id_conflict',
    })
    const bens = await world.messages.send(ben, room.id, input)
    expect(bens).toMatchObject({ seq: 4, repeated: false })
  })

  it('P3 repeats raced in one batch are one message', async () => {
    const room = await group(ben)
    const input = text('raced')
    const sends = Array.from({ length: 20 }, () => world.messages.send(ada, room.id, input))
    const sent = await Promise.all(sends)
    expect(new Set(sent.map(({ seq }) => seq))).toEqual(new Set([3]))
    expect(sent.filter(({ repeated }) => !repeated)).toHaveLength(1)
    expect((await world.messages.page(ada, room.id, {})).items).toHaveLength(1)
  })

  it('G1 in a batch each input is judged for itself and numbering stays dense', async () => {
    const [one, two] = [await group(ben), await group()]
    const results = await Promise.allSettled([
      world.messages.send(ada, one.id, text('a')),
      world.messages.send(cleo, one.id, text('a stranger')),
      world.messages.send(ben, one.id, text('b')),
      world.messages.send(ada, randomUUID(), text('nowhere')),
      world.messages.send(ada, two.id, text('c')),
      world.messages.send(ada, one.id, { ...text('to nothing'), replyTo: 99 }),
    ])
    const told = results.map((result) =>
      result.status === 'fulfilled' ? result.value.seq : result.reason.code,
    )
    expect(told).toEqual([3, 'room_not_found', 4, 'room_not_found', 2, 'message_not_found'])
  })

  it('G4 what one sender pipelines keeps its order', async () => {
    const room = await group()
    const words = Array.from({ length: 300 }, (_, n) => `message ${n}`)
    const sent = await Promise.all(
      words.map((word) => world.messages.send(ada, room.id, text(word))),
    )
    const seqs = sent.map(({ seq }) => seq)
    expect(seqs).toEqual(words.map((_, n) => n + 2))
  })

  it('S8 a person sends fifty at once, then ten a second, over all rooms together', async () => {
    const { db, log, store } = world
    let now = Date.now()
    const messages = new Messages({ db, log, store, clock: { now: () => now }, limitScale: 1 })
    const [one, two] = [await group(ben), await group(ben)]
    const send = (caller: Caller, n: number) =>
      messages.send(caller, n % 2 === 0 ? one.id : two.id, text(`${n}`))
    const tooMany = { code: 'rate_limited', retryAfterMs: 100, status: 429 }
    await Promise.all(Array.from({ length: 50 }, (_, n) => send(ada, n)))
    await expect(send(ada, 50)).rejects.toMatchObject(tooMany)
    await send(ben, 51)
    now += 100
    await send(ada, 52)
    await expect(send(ada, 53)).rejects.toMatchObject(tooMany)
    const { lastSeq } = await messages.page(ada, one.id, {})
    expect(lastSeq).toBe(2 + 25 + 1)
  })

  it('pages back, forward and around a seq, saying whether there is more', async () => {
    const room = await group()
    for (let n = 2; n <= 11; n++) await world.messages.send(ada, room.id, text(`m${n}`))
    const seqs = async (request: object) => {
      const page = await world.messages.page(ada, room.id, request)
      return [page.items.map(({ seq }) => seq), page.hasBefore, page.hasAfter]
    }
    expect(await seqs({ limit: 3 })).toEqual([[9, 10, 11], true, false])
    expect(await seqs({ before: 5, limit: 2 })).toEqual([[3, 4], true, true])
    expect(await seqs({ before: 4, limit: 9 })).toEqual([[2, 3], false, true])
    expect(await seqs({ after: 9, limit: 9 })).toEqual([[10, 11], true, false])
    expect(await seqs({ after: 2, limit: 2 })).toEqual([[3, 4], true, true])
    expect(await seqs({ around: 6, limit: 4 })).toEqual([[4, 5, 6, 7], true, true])
    expect(await seqs({ after: 11 })).toEqual([[], true, false])
    expect(await seqs({ before: 2 })).toEqual([[], false, true])
    await expect(seqs({ before: 3, after: 1 })).rejects.toMatchObject({ code: 'invalid_request' })
  })

  it('P2 an edit and a deletion are entries of their own, pushed as the log shows them', async () => {
    const room = await group(ben)
    const heard = await world.listen(ben, room.id)
    const { seq } = await world.messages.send(ada, room.id, text('draft'))
    const edited = await world.messages.edit(ada, room.id, seq, 'final')
    expect(edited).toMatchObject({ seq: 3, version: 4, text: 'final' })
    const deleted = await world.messages.delete(ada, room.id, seq)
    expect(deleted).toMatchObject({ seq: 3, version: 5, text: null })
    expect(heard.types()).toEqual(['message.created', 'message.edited', 'message.deleted'])
    expect(heard.frames.at(-1)?.data).toEqual({ message: 3, by: ada.userId })
    const log = await world.log.page(ben.userId, room.id, 2, 50)
    expect(log.items.map(({ type }) => type)).toEqual(heard.types())
    expect(log.items[0]?.data).toEqual(await world.messages.get(ben, room.id, 3))
  })

  it('an edit that changes nothing and a second deletion write no entry', async () => {
    const room = await group()
    const { seq } = await world.messages.send(ada, room.id, text('same'))
    expect(await world.messages.edit(ada, room.id, seq, 'same')).toMatchObject({ version: 2 })
    await world.messages.delete(ada, room.id, seq)
    const again = await world.messages.delete(ada, room.id, seq)
    expect(again.version).toBe(3)
    expect((await world.messages.page(ada, room.id, {})).lastSeq).toBe(3)
  })

  it('only the author edits, only author, admins and owners delete', async () => {
    const room = await group(ben)
    const { seq } = await world.messages.send(ada, room.id, text('mine'))
    const { seq: bens } = await world.messages.send(ben, room.id, text('his'))
    await expect(world.messages.edit(ben, room.id, seq, 'x')).rejects.toMatchObject({
      code: 'forbidden',
    })
    await expect(world.messages.delete(ben, room.id, seq)).rejects.toMatchObject({
      code: 'forbidden',
    })
    await expect(world.messages.edit(ada, room.id, bens, 'x')).rejects.toMatchObject({
      code: 'forbidden',
    })
    expect(await world.messages.delete(ada, room.id, bens)).toMatchObject({ text: null })
    await expect(world.messages.get(cleo, room.id, seq)).rejects.toMatchObject({
      code: 'room_not_found',
    })
  })

  it('P3 membership is judged before repeats, repeats before the archive', async () => {
    const room = await group(ben)
    const input = text('before the archive')
    await world.messages.send(ben, room.id, input)
    await world.rooms.change(ada, room.id, { archived: true })
    expect(await world.messages.send(ben, room.id, input)).toMatchObject({ repeated: true })
    await expect(world.messages.send(ben, room.id, text('new'))).rejects.toMatchObject({
      code: 'room_archived',
    })
    await world.members.remove(ben, room.id, 'me')
    await expect(world.messages.send(ben, room.id, input)).rejects.toMatchObject({
      code: 'room_not_found',
    })
  })
})
