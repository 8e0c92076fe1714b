/** Rooms that hold much, and rooms where much is said at once. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { ParleyClient } from '@parley/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask } from '../../server/test/servers/embedded.ts'
import { startApp } from '../../server/test/start-app.ts'
import type { Started } from '../../server/test/start-app.ts'
import { useBrowser } from './browser.ts'
import { newGroup } from './group.ts'
import { Inspector } from './inspector.ts'
import { MessageView } from './message-view.ts'

const { isThere, signedIn } = await useBrowser()
const length = 10_000

describe.skipIf(!isThere)('in a browser', { timeout: 90_000 }, () => {
  let app: Started
  let long: Awaited<ReturnType<typeof longRoom>>
  beforeAll(async () => {
    app = await startApp()
    long = await longRoom()
  })
  afterAll(() => app.close())

  /** A room with many messages, and other entries between them, read by everybody; PostgreSQL makes
   *  them all at once. */
  async function longRoom() {
    const group = await newGroup(app, 'Long', 'ada', 'grace')
    const authors = group.people.map(({ userId }) => `'${userId}'::uuid`)
    const lastSeq = await ask(
      app.databaseUrl,
      `with room as (
         update rooms set last_seq = last_seq + ${length} where id = '${group.id}'
         returning id, last_seq
       ), said as (
         insert into messages (room_id, seq, author_id, client_id, text, version, created_at)
         select id, seq, (array[${authors.join()}])[1 + n / 3 % 2], gen_random_uuid(),
           'message ' || n || repeat(' and more of it', n % 40), seq,
           now() - make_interval(mins => ${length} - n)
         from room, generate_series(1, ${length}) n, lateral (select last_seq - ${length} + n) at (seq)
         where n % 10 <> 1
       ), changed as (
         insert into room_changes (room_id, seq, type, actor_id, changed, at)
         select id, last_seq - ${length} + n, 'room.updated', ${authors[0]}, '{topic}',
           now() - make_interval(mins => ${length} - n)
         from room, generate_series(1, ${length}, 10) n
       ), read as (
         update members set read_seq = last_seq from room where room_id = id
       )
       select last_seq::int from room`,
    )
    return { ...group, lastSeq: Number(lastSeq) }
  }

  test('a link to a message opens it among its neighbours; back and forward lead where one was', async () => {
    const ada = await signedIn(app.url, 'ada', { path: `${long.path}/5000` })
    const view = new MessageView(ada)
    await view.shows(5000)
    expect(await view.row(5000).getAttribute('class')).toContain('highlighted')
    for (const neighbour of [4980, 5020]) await view.row(neighbour).waitFor({ state: 'attached' })
    await ada.page.getByRole('button', { name: 'To the end' }).click()
    await view.shows(long.lastSeq)
    await ada.goTo(`${long.path}/40`)
    await view.shows(40)
    await ada.page.goBack()
    await view.shows(5000)
    await ada.page.goForward()
    await view.shows(40)
  })

  test('what is in view stays where it is while older and newer messages arrive', async () => {
    const ada = await signedIn(app.url, 'ada', { path: `${long.path}/5000` })
    const view = new MessageView(ada)
    await view.shows(5000)
    await view.isWhole()
    for (const end of ['older', 'newer'] as const) {
      const release = await view.holdHistory()
      const before = await view.scrollTo(end === 'older' ? 'beginning' : 'end')
      const place = await view.placeOf(before.middle)
      release()
      await view.reaches(end === 'older' ? { first: before.first - 1 } : { last: before.last + 1 })
      await view.isWhole()
      expect(Math.abs((await view.placeOf(before.middle)) - place)).toBeLessThan(2)
    }
  })

  test('a long way up and down again costs no more than a short one', async () => {
    const ada = await signedIn(app.url, 'ada', { path: long.path })
    const [view, inspector] = [new MessageView(ada), await Inspector.of(ada)]
    await view.shows(long.lastSeq)
    await view.travel('up', long.lastSeq - 800)
    const near = await inspector.measure()
    await view.travel('up', long.lastSeq - 2000)
    await view.travel('down', long.lastSeq - 1000)
    const far = await inspector.measure()
    expect(await ada.log.getByRole('article').count()).toBeLessThan(800)
    expect(far.nodes).toBeLessThan(near.nodes * 1.5)
    expect(far.heapMb).toBeLessThan(near.heapMb + 8)
    await ada.page.getByRole('button', { name: 'To the end' }).click()
    await view.shows(long.lastSeq)
  })

  test('500 messages a second do not keep one from writing', async () => {
    const { people, id, path } = await newGroup(app, 'Burst', 'zoe', 'bot1', 'bot2')
    const zoe = await signedIn(app.url, 'zoe', { path })
    const inspector = await Inspector.of(zoe)
    await zoe.log.waitFor()
    const talk = people.slice(1).map((bot) => chatter(bot, id, { count: 500, perSecond: 250 }))
    const text = 'the quick brown fox jumps over the lazy dog'
    await inspector.watchKeys()
    await zoe.composer.pressSequentially(text, { delay: 30 })
    expect(await zoe.composer.inputValue()).toBe(text)
    const { median, worst, keys } = await inspector.keyLatency()
    expect(keys).toBeGreaterThanOrEqual(text.length)
    expect(median).toBeLessThan(200)
    expect(worst).toBeLessThan(1500)
    await Promise.all(talk)
    await zoe.say('enough')
    await zoe.sees('enough')
    const shown = await zoe.texts()
    expect(new Set(shown).size).toBe(shown.length)
    expect(shown.length).toBeLessThan(800)
  })
})

/** Says much, evenly, without waiting for the answers. */
async function chatter(
  bot: ParleyClient,
  room: string,
  { count, perSecond }: { count: number; perSecond: number },
): Promise<void> {
  await bot.connect()
  const sent: Promise<unknown>[] = []
  const begin = Date.now()
  while (sent.length < count) {
    const due = Math.min(count, ((Date.now() - begin) / 1000) * perSecond)
    while (sent.length < due) {
      const message = { room, clientId: crypto.randomUUID(), replyTo: null }
      const text = `${bot.user?.username} says ${sent.length}`
      sent.push(bot.connection.send('message.send', { ...message, text }))
    }
    await sleep(20) // the pace is what is tested
  }
  await Promise.all(sent)
  bot.close()
}
