/** What people see when the line, the server or the session is gone. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { startServer } from '../../server/test/command.ts'
import type { Command } from '../../server/test/command.ts'
import { createTestDatabase } from '../../server/test/database.ts'
import { startApp } from '../../server/test/start-app.ts'
import type { Started } from '../../server/test/start-app.ts'
import { useBrowser } from './browser.ts'
import { newGroup, serverAt, write } from './group.ts'
import { startLine } from './line.ts'
import type { Line } from './line.ts'
import type { Person } from './person.ts'

const { isThere, signedIn } = await useBrowser()

/** What is on its way, or was refused. */
const unsent = 'article:is([data-state=pending], [data-state=failed])'

describe.skipIf(!isThere)('in a browser', { timeout: 90_000 }, () => {
  let app: Started
  let line: Line
  beforeAll(async () => {
    app = await startApp()
    line = await startLine(app.url)
  })
  afterAll(async () => {
    await line.close()
    await app.close()
  })

  /** Somebody whose line can be cut. */
  async function farAway(username: string, path: string): Promise<Person> {
    const person = await signedIn(line.url, username, { path })
    person.excuseLine()
    onTestFinished(() => line.restore())
    await person.log.waitFor()
    return person
  }

  test('a line that is cut in mid-conversation loses nothing and doubles nothing', async () => {
    const { path } = await newGroup(app, 'Cable', 'ada', 'grace')
    const ada = await farAway('ada', path)
    const grace = await signedIn(app.url, 'grace', { path })
    const said: string[] = []
    const bothSay = async (words: string): Promise<void> => {
      for (const person of [ada, grace]) {
        said.push(`${words} ${said.length}`)
        await person.say(said.at(-1) ?? '')
      }
    }
    await bothSay('before')
    for (const round of ['first', 'second']) {
      await bothSay(`just before the ${round} cut`)
      line.cut()
      await bothSay(`during the ${round} cut`)
      await expect.poll(() => ada.log.locator(unsent).count()).toBeGreaterThan(0)
      line.restore()
      await bothSay(`after the ${round} cut`)
    }
    for (const person of [ada, grace]) {
      await expect.poll(() => person.log.locator(unsent).count(), { timeout: 30_000 }).toBe(0)
      await expect.poll(async () => (await person.texts()).toSorted()).toEqual(said.toSorted())
    }
    expect(await ada.texts()).toEqual(await grace.texts())
    // What one person says stays in its order.
    const own = (await grace.texts()).filter((text) => said.indexOf(text) % 2 === 0)
    expect(own).toEqual(said.filter((_, index) => index % 2 === 0))
  })

  test('a lost line is told, and so is what waits for it', async () => {
    const { path } = await newGroup(app, 'Tunnel', 'beth')
    const beth = await farAway('beth', path)
    line.cut()
    await beth.page.getByText('Reconnecting').waitFor()
    await beth.say('from the tunnel')
    await beth.log.locator('article[data-state=pending]').waitFor()
    line.restore()
    await beth.sees('from the tunnel')
    await beth.page.getByText('Reconnecting').waitFor({ state: 'detached' })
  })

  test('what waited for the line when the page was closed goes out from the next page, once', async () => {
    const { people, id, path } = await newGroup(app, 'Night train', 'nora', 'otto')
    const otto = await signedIn(app.url, 'otto', { path })
    const nora = await farAway('nora', path)
    line.cut()
    for (const text of ['first carriage', 'second carriage']) await nora.say(text)
    await expect.poll(() => nora.log.locator(unsent).count()).toBe(2)
    const key = await nora.page.evaluate(() =>
      Object.keys(localStorage).find((key) =>
        localStorage.getItem(key)?.includes('first carriage'),
      ),
    )
    await nora.page.close()
    // The first one had arrived, and only its acknowledgement was lost.
    const body = { clientId: key?.slice(-36) ?? '', text: 'first carriage' }
    const params = { path: { roomId: id } }
    await people[0].http.POST('/v1/rooms/{roomId}/messages', { params, body })
    line.restore()
    const next = await nora.newTab(path)
    next.excuseLine()
    await next.sees('second carriage')
    await next.page.reload()
    for (const person of [otto, next]) {
      await person.sees('second carriage')
      expect(await person.texts()).toEqual(['first carriage', 'second carriage'])
    }
  })

  test('what was refused says why, and is sent again when asked to', async () => {
    const { people, id, path } = await newGroup(app, 'Archive', 'cora', 'dina')
    const [cora] = people
    const params = { path: { roomId: id } }
    const archive = (archived: boolean) =>
      cora.http.PATCH('/v1/rooms/{roomId}', { params, body: { archived } })
    const dina = await farAway('dina', path)
    line.cut()
    await dina.say('just too late')
    await archive(true)
    line.restore()
    const failed = dina.log.locator('article[data-state=failed]')
    await failed.getByText('archived').waitFor({ timeout: 30_000 })
    await archive(false)
    await dina.composer.waitFor()
    await failed.getByRole('button', { name: 'Send again' }).click()
    await dina.sees('just too late')
    expect(await dina.texts()).toEqual(['just too late'])
  })

  test('who finds the server away is told, and is where she wanted to be once it is back', async () => {
    const { people, id, path } = await newGroup(app, 'Patience', 'elsa')
    await write(people[0], id, 'still here')
    const elsa = await signedIn(app.url, 'elsa')
    elsa.excuseLine()
    await elsa.row('Patience').waitFor()
    await elsa.page.route('**/v1/**', (route) => route.abort())
    await elsa.goTo(path)
    await elsa.page.getByRole('heading', { name: 'Parley is out of reach' }).waitFor()
    await elsa.page.unroute('**/v1/**')
    await elsa.page.getByRole('button', { name: 'Try now' }).click()
    await elsa.sees('still here')
  })

  test('a session that is ended elsewhere ends on the screen; signing in leads back', async () => {
    const { people, path } = await newGroup(app, 'Revoked', 'flora')
    const flora = await signedIn(app.url, 'flora', { path })
    flora.excuse(/401 \(Unauthorized\)/)
    await flora.say('before')
    await flora.sees('before')
    await people[0].http.DELETE('/v1/auth/sessions')
    await flora.page.getByText('Your session has ended').waitFor()
    expect(await flora.page.getByText('before').count()).toBe(0)
    await flora.signIn('flora')
    await flora.sees('before')
  })

  test('who signs out in one tab is signed out in all, and leaves no drafts', async () => {
    const { path } = await newGroup(app, 'Leaving', 'greta')
    const greta = await signedIn(app.url, 'greta', { path })
    greta.excuse(/401 \(Unauthorized\)/)
    await greta.say('a secret')
    await greta.sees('a secret')
    await greta.composer.fill('a secret draft')
    const other = await greta.newTab()
    other.excuse(/401 \(Unauthorized\)/)
    await other.page.getByRole('button', { name: 'Sign out' }).click()
    for (const tab of [greta, other]) {
      await tab.signInButton.waitFor()
      expect(await tab.page.getByText('secret').count()).toBe(0)
    }
    await greta.page.reload()
    await greta.signInButton.waitFor()
    expect(await greta.page.evaluate(() => JSON.stringify(localStorage))).not.toContain('secret')
  })

  test('who is suspended while she writes is out at once, and learns why', async () => {
    const { people, path } = await newGroup(app, 'Suspended', 'hanna', 'boss')
    const [hanna, boss] = people
    await app.app.services.administration.promote('boss')
    const page = await signedIn(app.url, 'hanna', { path })
    page.excuse(/40[13] \((Unauthorized|Forbidden)\)/)
    await page.composer.fill('what I think of')
    await boss.refresh()
    const params = { path: { userId: hanna.userId } }
    await boss.http.PATCH('/v1/admin/users/{userId}', { params, body: { status: 'suspended' } })
    await page.signInButton.waitFor()
    await page.signIn('hanna')
    await page.page.getByRole('alert').getByText('suspended').waitFor()
  })
})

describe.skipIf(!isThere)('in a browser whose server is killed', { timeout: 90_000 }, () => {
  test('two people go on where they were once it is started again', async () => {
    const database = await createTestDatabase()
    const folder = await mkdtemp(join(tmpdir(), 'parley-killed-'))
    const running: Command[] = []
    const kill = async (): Promise<void> => {
      running.at(-1)?.kill('SIGKILL')
      await running.at(-1)?.ended
    }
    onTestFinished(async () => {
      await kill()
      await database.drop()
      await rm(folder, { recursive: true })
    })
    const start = async (port: string): Promise<string> => {
      const settings = {
        DATA_DIR: folder,
        DATABASE_URL: database.url,
        BCRYPT_COST: '4',
        PORT: port,
      }
      const { command, url } = await startServer({ settings })
      running.push(command)
      return url
    }
    const url = await start('0')
    const { path } = await newGroup(serverAt(url), 'Killed', 'ida', 'jill')
    const ida = await signedIn(url, 'ida', { path })
    const jill = await signedIn(url, 'jill', { path })
    for (const person of [ida, jill]) person.excuseLine()
    await ida.say('before the kill')
    await jill.sees('before the kill')
    await ida.say('into the kill')
    await kill()
    await jill.say('while it is dead')
    await jill.log.locator(unsent).waitFor()
    await start(new URL(url).port)
    for (const person of [ida, jill]) {
      await expect
        .poll(async () => (await person.texts()).toSorted(), { timeout: 30_000 })
        .toEqual(['before the kill', 'into the kill', 'while it is dead'])
      await expect.poll(() => person.log.locator(unsent).count()).toBe(0)
    }
    await ida.say('after it')
    await jill.sees('after it')
    expect(await ida.texts()).toEqual(await jill.texts())
  })
})
