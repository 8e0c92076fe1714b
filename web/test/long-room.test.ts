/** Rooms that hold much, and rooms where much is said at once. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { ParleyClient } from '@parley/client'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startApp } from '../../server/test/start-app.ts'
import { useBrowser } from './browser.ts'
import { newGroup } from './group.ts'
import { Inspector } from './inspector.ts'
import { MessageView } from './message-view.ts'

const { isThere, signedIn } = await useBrowser()
const length = 10_000

describe.skipIf(!isThere)('in a browser', () => {
  let app: Awaited<ReturnType<typeof startApp>>
  let long: Awaited<ReturnType<typeof longRoom>>
  beforeAll(async () => {
    app = await startApp()
    long = await longRoom()
  })
  afterAll(() => app.close())

  /** A room with many messages, read by everybody; PostgreSQL makes them all at once. */
  async function longRoom() {
    const group = await newGroup(app, 'Long', 'ada', 'grace')
    const authors = group.people.map(({ userId }) => userId)
    const client = new Client({ connectionString: app.databaseUrl })
    await client.connect()
    await client.query(
      `insert into messages (room_id, seq, author_id, client_id, text, version, created_at)
       select $1, last_seq + n, ($2::uuid[])[1 + n / 3 % 2], gen_random_uuid(),
         'message ' || n || repeat(' and more of it', n % 40), last_seq + n,
         now() - make_interval(mins => $3 - n)
       from rooms, generate_series(1, $3) n where id = $1`,
      [group.id, authors, length],
    )
    const { rows } = await client.query<{ last_seq: string }>(
      'update rooms set last_seq = last_seq + $2 where id = $1 returning last_seq',
      [group.id, length],
    )
    const lastSeq = Number(rows[0]?.last_seq)
    await client.query('update members set read_seq = $2 where room_id = $1', [group.id, lastSeq])
    await client.end()
    return { ...group, lastSeq }
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
    for (const end of ['older', 'newer'] as const) {
      const release = await view.holdHistory()
      const before = await view.scrollTo(end === 'older' ? 'beginning' : 'end')
      const place = await view.placeOf(before.middle)
      release()
      await view.reaches(end === 'older' ? { first: before.first - 1 } : { last: before.last + 1 })
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
  }, 60_000)

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
  }, 60_000)
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
