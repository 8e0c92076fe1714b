import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { chatWorld } from '../../test/chat-world.ts'
import type { ChatWorld } from '../../test/chat-world.ts'
import { databaseLine } from '../../test/database-line.ts'
import type { Caller } from '../contract/caller.ts'
import { Database } from '../infra/db.ts'
import type { DbHandle } from '../infra/db.ts'
import { PipelinedConnection } from '../infra/db-pipeline.ts'
import { sql } from '../infra/sql.ts'
import type { Sql } from '../infra/sql.ts'
import { MessageStore } from './message-store.ts'
import { fingerprintOf } from './messages.ts'
import type { NewMessage } from './send-queries.ts'

const onError = () => undefined
/** Soon gives up to try again. */
const impatient = { batch: 500, waiting: 1000, ageMs: 500 }
const told = (results: PromiseSettledResult<{ seq: number }>[]) =>
  results.map((result) =>
    result.status === 'fulfilled' ? result.value.seq : (result.reason.code as string),
  )

describe('the message store', () => {
  let world: ChatWorld
  let ada: Caller
  let ben: Caller

  beforeAll(async () => {
    world = await chatWorld()
    ada = await world.person('ada')
    ben = await world.person('ben')
  })
  afterAll(() => world.close())

  function message(roomId: string, text: string, more: Partial<NewMessage> = {}): NewMessage {
    const at = new Date().toISOString()
    const { replyTo = null } = more
    const content = { text, replyTo, style: 'text', fingerprint: fingerprintOf(text, replyTo) }
    const usual = { roomId, authorId: ada.userId, clientId: randomUUID(), at } as const
    return { ...usual, ...content, ...more } as NewMessage // style is one of its words
  }
  const store = (more: Partial<ConstructorParameters<typeof MessageStore>[0]> = {}) =>
    new MessageStore({ ...world, announcer: world.hub, onError, ...more })
  const texts = async (roomId: string) => {
    const { items } = await world.messages.page(ada, roomId, { limit: 200 })
    return items.map(({ text }) => text)
  }

  /** Holds a room's lock until it is called. */
  async function holdLock(roomId: string) {
    const client = await world.client()
    await client.query('begin')
    await client.query('select from rooms where id = $1 for update', [roomId])
    return async () => {
      await client.query('rollback')
      await client.end()
    }
  }

  /** Ends whatever sleeps in its COMMIT, until it is told to stop. */
  async function endEveryCommit(stop: () => boolean): Promise<void> {
    while (!stop()) {
      await world.db.query(sql`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and wait_event = 'PgSleep'`)
    }
  }

  it('P1 what is committed is acknowledged, and the next one stored, where the news cannot go out', async () => {
    const room = await world.room(ada)
    const faults: unknown[] = []
    const fault = new Error('no room for news')
    const publish = (): never => {
      throw fault
    }
    const announcer = { publish, whisper: publish, tell: publish, endSessions: publish }
    const messages = store({ announcer, onError: (error) => faults.push(error) })
    for (const seq of [2, 3]) {
      expect((await messages.append(message(room.id, `m${seq}`))).seq).toBe(seq)
    }
    expect(faults).toEqual([fault, fault])
  })

  it('G2 a poisonous input fails alone, whatever stands beside it', async () => {
    const room = await world.room(ada)
    const words = Array.from({ length: 40 }, (_, n) => (n % 13 === 7 ? `\0${n}` : `m${n}`))
    const messages = store()
    const results = await Promise.allSettled(
      words.map((word) => messages.append(message(room.id, word))),
    )
    const good = words.filter((word) => !word.startsWith('\0'))
    expect(results.map(({ status }) => status === 'fulfilled')).toEqual(
      words.map((word) => !word.startsWith('\0')),
    )
    expect(await texts(room.id)).toEqual(good)
    const { lastSeq } = await world.messages.page(ada, room.id, {})
    expect(lastSeq).toBe(1 + good.length)
  })

  it('G2 a room that is stuck is set aside with its later sends, others go on', async () => {
    const [stuck, free] = [await world.room(ada), await world.room(ada)]
    const release = await holdLock(stuck.id)
    const messages = store()
    const send = ({ id }: { id: string }, text: string) => messages.append(message(id, text))
    const held = [send(stuck, 'first'), send(stuck, 'second')]
    expect((await send(free, 'beside it')).seq).toBe(2)
    held.push(send(stuck, 'third'))
    const since = performance.now()
    expect((await send(free, 'behind it')).seq).toBe(3)
    expect(performance.now() - since).toBeLessThan(900) // not another lock_timeout
    expect(messages.waiting).toBe(3)
    await release()
    expect(told(await Promise.allSettled(held))).toEqual([2, 3, 4])
    expect(await texts(stuck.id)).toEqual(['first', 'second', 'third'])
    expect(messages.waiting).toBe(0)
  })

  it('G2 a room that was free when it was looked at keeps no later one stuck for ever', async () => {
    const room = await world.room(ada)
    const looks: number[] = []
    let beforeLook = async (): Promise<void> => undefined
    const db: DbHandle = {
      async query<Row extends object>(statement: Sql) {
        await beforeLook()
        const rows = await world.db.query<Row>(statement)
        looks.push(rows.length)
        return rows
      },
    }
    const messages = store({ db })
    // The lock is given back between its timeout and the look.
    beforeLook = await holdLock(room.id)
    expect((await messages.append(message(room.id, 'late'))).seq).toBe(2)
    beforeLook = async () => undefined
    const release = await holdLock(room.id)
    const held = messages.append(message(room.id, 'later'))
    await vi.waitFor(() => expect(looks.slice(0, 2)).toEqual([0, 1]), { timeout: 5000 })
    await release()
    expect((await held).seq).toBe(3)
  })

  it('G2 what waits for a stuck room is refused when it waited too long', async () => {
    const stuck = await world.room(ada)
    const release = await holdLock(stuck.id)
    const messages = store({ limits: impatient })
    const results = await Promise.allSettled([messages.append(message(stuck.id, 'hello'))])
    await release()
    expect(told(results)).toEqual(['overloaded'])
    expect(await texts(stuck.id)).toEqual([])
  })

  it('P7 refuses what does not fit into its queue, and nothing of it is stored', async () => {
    const room = await world.room(ada)
    const release = await holdLock(room.id)
    const messages = store({ limits: { batch: 1, waiting: 3, ageMs: 5000 } })
    const send = (word: string) => messages.append(message(room.id, word))
    const settled = Promise.allSettled([send('under way'), send('waits'), send('waits too')])
    await expect(send('one too many')).rejects.toMatchObject({
      code: 'overloaded',
      retryAfterMs: 1000,
    })
    await release()
    expect(told(await settled)).toEqual([2, 3, 4])
    expect(await texts(room.id)).toEqual(['under way', 'waits', 'waits too'])
  })

  it('P7 refuses what waited too long, and at once while its queue stands still', async () => {
    const room = await world.room(ada)
    const release = await holdLock(room.id)
    const messages = store({ limits: { batch: 1, waiting: 1000, ageMs: 50 } })
    const send = (word: string) => messages.append(message(room.id, word))
    const under = send('under way')
    const late: Promise<string>[] = []
    await vi.waitFor(async () => {
      const sent = send('late').then(
        () => 'stored',
        (error) => error.code as string,
      )
      late.push(sent)
      const soon = new Promise((resolve) => setImmediate(resolve, 'queued'))
      expect(await Promise.race([sent, soon])).toBe('overloaded')
    })
    await release()
    expect(await under).toMatchObject({ seq: 2 })
    expect(new Set(await Promise.all(late))).toEqual(new Set(['overloaded']))
    expect(await texts(room.id)).toEqual(['under way'])
  })

  it('P3 what was stored is acknowledged even where the originals of repeats cannot be read', async () => {
    const room = await world.room(ada)
    const first = message(room.id, 'once')
    await store().append(first)
    const nowhere = new Database({ url: 'postgresql://x@127.0.0.1:1/x', size: 1, onError })
    const messages = store({ db: nowhere })
    const results = await Promise.allSettled([
      messages.append(message(room.id, 'before')),
      messages.append(first),
      messages.append(message(room.id, 'after')),
    ])
    expect(told(results)).toEqual([3, 'outcome_unknown', 4])
    expect(results[0]).toMatchObject({ value: { repeated: false } })
    await nowhere.close()
  })

  it('P7 a commit whose connection dies is outcome_unknown, and the same clientId tells', async () => {
    const room = await world.room(ada)
    await world.db.query(sql`create function dawdle() returns trigger language plpgsql
      as $$ begin perform pg_sleep(20); return null; end $$`)
    await world.db.query(sql`create constraint trigger slow_commit after insert on messages
      deferrable initially deferred for each row when (new.text = 'doomed')
      execute function dawdle()`)
    const doomed = message(room.id, 'doomed')
    const messages = store({ limits: impatient })
    let settled = false
    const sending = messages.append(doomed).finally(() => (settled = true))
    await Promise.allSettled([sending, endEveryCommit(() => settled)])
    await expect(sending).rejects.toMatchObject({ code: 'outcome_unknown' })
    await world.db.query(sql`drop trigger slow_commit on messages`)
    expect(await messages.append(doomed)).toMatchObject({ seq: 2, repeated: false })
  })

  it('P7 a commit whose answer is lost is outcome_unknown, and its repeat finds it stored', async () => {
    const room = await world.room(ada)
    const line = await databaseLine(world.url)
    const pipeline = new PipelinedConnection({ url: line.url, onError })
    const messages = store({ pipeline, limits: impatient })
    const lost = message(room.id, 'lost')
    line.cutAtCommit(true)
    await expect(messages.append(lost)).rejects.toMatchObject({ code: 'outcome_unknown' })
    line.cutAtCommit(false)
    expect(await messages.append(lost)).toMatchObject({ seq: 2, repeated: true, text: 'lost' })
    await pipeline.close()
    line.close()
  })

  it('G3 tries a batch again whose answer was lost: stored once, acknowledged, delivered (G5)', async () => {
    const room = await world.room(ada)
    const heard = await world.listen(ada, room)
    const line = await databaseLine(world.url)
    const pipeline = new PipelinedConnection({ url: line.url, onError })
    line.cutAtCommit('once')
    expect(await store({ pipeline }).append(message(room.id, 'kept'))).toMatchObject({
      seq: 2,
      text: 'kept',
    })
    expect(await texts(room.id)).toEqual(['kept'])
    expect(heard.types()).toEqual(['message.created'])
    await pipeline.close()
    line.close()
  })

  it('P7 says that nothing was stored where the database cannot be reached', async () => {
    const room = await world.room(ada)
    const pipeline = new PipelinedConnection({ url: 'postgresql://x@127.0.0.1:1/x', onError })
    const unsent = message(room.id, 'unsent')
    await expect(store({ pipeline }).append(unsent)).rejects.toMatchObject({ code: 'unavailable' })
    expect(await texts(room.id)).toEqual([])
    await pipeline.close()
  })

  it('P3 a clientId whose first input in the batch is refused goes to the next one', async () => {
    const room = await world.room(ada)
    const messages = store()
    const clientId = randomUUID()
    const results = await Promise.allSettled([
      messages.append(message(room.id, 'under way')),
      messages.append(message(room.id, 'answers nothing', { clientId, replyTo: 99 })),
      messages.append(message(room.id, 'for itself', { clientId })),
      messages.append(message(room.id, 'for itself', { clientId })),
      messages.append(message(room.id, 'something else', { clientId })),
    ])
    expect(told(results)).toEqual([2, 'message_not_found', 3, 3, 'client_id_conflict'])
    expect(await texts(room.id)).toEqual(['under way', 'for itself'])
  })

  it('P3 a repeat is compared with the first input, answered as the message is now', async () => {
    const room = await world.room(ada, [ben])
    const messages = store()
    const first = message(room.id, 'draft')
    const { seq } = await messages.append(first)
    await world.messages.edit(ada, room.id, seq, 'final')
    expect(await messages.append(first)).toMatchObject({ seq, text: 'final', repeated: true })
    const asEdited = { ...message(room.id, 'final'), clientId: first.clientId }
    await expect(messages.append(asEdited)).rejects.toMatchObject({ code: 'client_id_conflict' })
    await world.messages.delete(ada, room.id, seq)
    const tombstone = await messages.append(first)
    expect(tombstone).toMatchObject({ seq, text: null, repeated: true })
    expect(tombstone.deletedAt).not.toBeNull()
    const reply = message(room.id, 'draft', { replyTo: seq, clientId: first.clientId })
    await expect(messages.append(reply)).rejects.toMatchObject({ code: 'client_id_conflict' })
  })

  it('P3 sends of one clientId raced over two nodes are one message', async () => {
    const room = await world.room(ada)
    const nodes = [store(), store()]
    for (let round = 0; round < 10; round++) {
      const raced = message(room.id, `round ${round}`)
      const sent = await Promise.all(nodes.map((node) => node.append(raced)))
      expect(new Set(sent.map(({ seq }) => seq)).size).toBe(1)
      expect(sent.filter(({ repeated }) => !repeated)).toHaveLength(1)
    }
    expect(await texts(room.id)).toHaveLength(10)
  })

  it('a room that is deleted takes its messages along; an author stays', async () => {
    const [gone, kept] = [await world.room(ada), await world.room(ada)]
    const messages = store()
    for (const { id } of [gone, kept]) await messages.append(message(id, 'hello'))
    await world.db.query(sql`delete from rooms where id = ${gone.id}`)
    const left = await world.db.query<{ id: string }>(sql`
      select room_id as id from messages where room_id in (${gone.id}, ${kept.id})`)
    expect(left).toEqual([{ id: kept.id }])
    await expect(
      world.db.query(sql`delete from users where id = ${ada.userId}`),
    ).rejects.toMatchObject({ message: expect.stringContaining('foreign key') as string })
  })
})
