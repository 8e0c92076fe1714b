/** What people do with each other, all being well. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startApp } from '../../server/test/start-app.ts'
import type { Started } from '../../server/test/start-app.ts'
import { phone, useBrowser } from './browser.ts'
import { newGroup, write } from './group.ts'
import type { Person } from './person.ts'

const { isThere, visitor, signedIn } = await useBrowser()

describe.skipIf(!isThere)('in a browser', { timeout: 90_000 }, () => {
  let app: Started
  beforeAll(async () => {
    app = await startApp()
  })
  afterAll(() => app.close())

  test('a newcomer signs up, is told what is wrong, and answers who writes to her', async () => {
    const mary = await app.person('mary')
    const nell = await visitor(app.url)
    nell.excuse(/409 \(Conflict\)/)
    await nell.goTo('/')
    await nell.page.getByRole('link', { name: 'Create an account' }).click()
    await nell.page.getByLabel('Username').fill('mary')
    await nell.page.getByLabel('E-mail').fill('nell@example.org')
    await nell.page.getByLabel('Password').fill('nell at parley')
    const create = nell.page.getByRole('button', { name: 'Create the account' })
    await create.click()
    await nell.page.getByText('belongs to someone else').waitFor()
    await nell.page.getByLabel('Username').fill('nell')
    await create.dblclick() // an impatient one has one account all the same
    await nell.page.getByText('You are in no room yet').waitFor()

    const { user } = await app.client().login({ login: 'nell', password: 'nell at parley' })
    const { id } = await mary.rooms.openDirect(user.id)
    await write(mary, id, 'Welcome, Nell')
    await nell.row('mary').getByText('1', { exact: true }).waitFor()
    await nell.enter('mary')
    await nell.sees('Welcome, Nell')
    await nell.say('Thank you!')
    await nell.sees('Thank you!')
    expect(await nell.texts()).toEqual(['Welcome, Nell', 'Thank you!'])
  })

  test('two people see what the other writes, answers, edits and deletes', async () => {
    const { path } = await newGroup(app, 'Two', 'ann', 'bea')
    const ann = await signedIn(app.url, 'ann', { path })
    const bea = await signedIn(app.url, 'bea', { path })
    await bea.log.waitFor() // from now on she hears of typing
    await ann.composer.pressSequentially('He')
    await bea.page.getByText('ann is writing').waitFor()
    await ann.say('Hello **Bea**')
    await bea.sees('Hello Bea')
    expect(await bea.message('Hello').locator('strong', { hasText: 'Bea' }).count()).toBe(1)

    await bea.act('Hello Bea', 'Reply')
    await bea.say('Hello yourself')
    await ann.message('Hello yourself').locator('.quote', { hasText: 'Hello' }).waitFor()

    await ann.composer.press('ArrowUp')
    await ann.say('Good evening')
    await bea.message('Good evening').getByText('edited').waitFor()

    await ann.act('Good evening', 'More')
    await ann.page.getByRole('menuitem', { name: 'Delete' }).click()
    await ann.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    for (const person of [ann, bea]) {
      await person.message('This message was deleted').waitFor()
      expect(await person.texts()).toEqual(['Hello yourself'])
    }
    await bea.page.getByText('Seen by ann').waitFor()
  })

  test('who makes, renames, archives and leaves a room is told to the others; who left has it no more', async () => {
    const { path } = await newGroup(app, 'Old name', 'mona', 'nina')
    const mona = await signedIn(app.url, 'mona', { path })
    const nina = await signedIn(app.url, 'nina', { path })
    await nina.log.getByText('mona made this room.').waitFor()
    await mona.log.getByText('You made this room.').waitFor()
    const settings = mona.page.getByRole('button', { name: 'Members and settings' })
    await settings.click()
    await mona.page.getByRole('button', { name: 'Name and topic' }).click()
    await mona.page.getByLabel('Name', { exact: true }).fill('New name')
    await mona.page.getByRole('button', { name: 'Save' }).dblclick()
    await nina.log.getByText('mona renamed the room.').waitFor()
    await nina.page.getByRole('heading', { name: 'New name' }).waitFor()
    await nina.row('New name').waitFor()

    await mona.page.getByRole('button', { name: 'Archive' }).click()
    await mona.page.getByRole('dialog').getByRole('button', { name: 'Archive' }).click()
    await nina.log.getByText('mona archived the room.').waitFor()
    await mona.page.getByRole('button', { name: 'Reopen' }).click()
    await nina.log.getByText('mona reopened the room.').waitFor()

    await nina.page.reload() // the same, read again
    for (const done of ['renamed', 'archived', 'reopened']) {
      await nina.log.getByText(`mona ${done} the room.`).waitFor()
    }
    await nina.page.getByRole('button', { name: 'Members and settings' }).click()
    await nina.page.getByRole('button', { name: 'Leave' }).click()
    await nina.page.getByRole('dialog').getByRole('button', { name: 'Leave' }).click()
    await nina.page.getByText('You are in no room yet').waitFor()
    await mona.log.getByText('nina left.').waitFor()
    await nina.goTo(path)
    await nina.page.getByRole('heading', { name: 'This room is not open to you' }).waitFor()
  })

  test('what is unread is counted on all devices, and read on all once it is on one', async () => {
    const {
      people: [, dora],
      id,
    } = await newGroup(app, 'Counted', 'cleo', 'dora')
    const [desk, mobile] = [await signedIn(app.url, 'cleo'), await signedIn(app.url, 'cleo', phone)]
    for (const text of ['one', 'two', 'three']) await write(dora, id, text)
    for (const device of [desk, mobile]) {
      await device.row('Counted').getByLabel('3 unread').waitFor()
      await expect.poll(() => device.page.title()).toBe('(3) Parley')
    }
    await desk.enter('Counted')
    for (const device of [desk, mobile]) {
      await device.row('Counted').getByLabel('3 unread').waitFor({ state: 'detached' })
      await expect.poll(() => device.page.title()).not.toContain('3')
    }
    await desk.page.getByText('New', { exact: true }).waitFor() // where the three begin
  })

  test('who has no mouse signs in, goes to a room, writes, edits and changes her mind', async () => {
    const {
      people: [, fay],
      id,
    } = await newGroup(app, 'Keys', 'edith', 'fay')
    await write(fay, id, 'No mouse needed')
    const edith = await visitor(app.url)
    const { keyboard } = edith.page
    await edith.goTo('/')
    await focused(edith, 'Username or e-mail')
    await keyboard.type('edith')
    await keyboard.press('Tab')
    await keyboard.type('edith at parley')
    await keyboard.press('Enter')
    await edith.row('Keys').waitFor()
    await tabTo(edith, edith.row('Keys'))
    await keyboard.press('Enter')
    await edith.sees('No mouse needed')
    await tabTo(edith, edith.composer)
    await keyboard.type('One')
    await keyboard.press('Shift+Enter')
    await keyboard.type('two')
    await keyboard.press('Enter')
    await edith.sees('One')
    expect(await edith.composer.inputValue()).toBe('')

    const written = async (text: string): Promise<void> => {
      await expect.poll(() => edith.composer.inputValue()).toBe(text)
    }
    await keyboard.press('ArrowUp')
    await written('One\ntwo')
    await keyboard.type(' and three')
    await keyboard.press('Escape')
    await written('')
    await keyboard.press('ArrowUp')
    await written('One\ntwo')
    await keyboard.press('Control+End')
    await keyboard.type(' and four')
    await keyboard.press('Enter')
    await edith.message('two and four').getByText('edited').waitFor()
    expect(await edith.message('three').count()).toBe(0)
  })

  test('a phone shows the list or a room, each as wide as it is', async () => {
    const {
      people: [, hope],
      id,
    } = await newGroup(app, 'A name as long as the line', 'gina', 'hope')
    const wide = ['x'.repeat(300), `https://example.org/${'path/'.repeat(60)}`]
    for (const text of [...wide, `\`\`\`\n${'code '.repeat(80)}\n\`\`\``])
      await write(hope, id, text)
    const gina = await signedIn(app.url, 'gina', phone)
    await gina.row('A name').waitFor()
    await expectToFit(gina)
    await gina.row('A name').tap()
    await gina.message('xxx').waitFor()
    await expectToFit(gina)
    expect(await gina.row('A name').isVisible()).toBe(false)
    await gina.composer.fill('from my phone')
    await gina.page.getByRole('button', { name: 'Send' }).tap()
    await gina.sees('from my phone')
    await gina.page.getByRole('link', { name: 'Back to the rooms' }).tap()
    await gina.row('A name').getByText('from my phone').waitFor()
    expect(await gina.composer.isVisible()).toBe(false)
  })

  test('what one began to write waits in its room, over a reload and in no other room', async () => {
    const {
      people: [owner],
    } = await newGroup(app, 'First', 'iris')
    await owner.rooms.create({ kind: 'group', name: 'Second', memberIds: [] })
    const iris = await signedIn(app.url, 'iris')
    await iris.enter('First')
    await iris.composer.fill('half a thou')
    await iris.enter('Second')
    expect(await iris.composer.inputValue()).toBe('')
    await iris.page.goBack()
    await expect.poll(() => iris.composer.inputValue()).toBe('half a thou')
    await iris.page.reload()
    await expect.poll(() => iris.composer.inputValue()).toBe('half a thou')
    await iris.say('half a thought')
    await iris.sees('half a thought')
    await iris.page.reload()
    await iris.sees('half a thought')
    expect(await iris.composer.inputValue()).toBe('')
  })

  test('a text that is too long says by how much, when Enter is pressed too', async () => {
    const { path } = await newGroup(app, 'Length', 'lena')
    const lena = await signedIn(app.url, 'lena', { path })
    await lena.log.waitFor()
    const status = (text: string) => lena.page.getByRole('status').getByText(text, { exact: true })
    await lena.composer.fill('x'.repeat(8501))
    await status('501 characters too many').waitFor()
    const described = await lena.composer.getAttribute('aria-describedby')
    const note = lena.page.locator(`[id="${described}"]`)
    expect(await note.innerText()).toBe('501 characters too many')
    await lena.composer.press('Enter')
    await status('Not sent: 501 characters too many').waitFor()
    expect(await note.innerText()).toBe('Not sent: 501 characters too many')
    expect(await lena.composer.inputValue()).toHaveLength(8501)
    await lena.composer.fill('x'.repeat(7999))
    await status('1 character left').waitFor()
    await lena.say('short enough')
    await lena.sees('short enough')
    expect(await note.count()).toBe(0)
  })

  test('a browser whose storage is full writes and sends all the same', async () => {
    const { path } = await newGroup(app, 'Full', 'tess')
    const tess = await signedIn(app.url, 'tess', { path })
    await tess.log.waitFor()
    await tess.page.evaluate(() => {
      for (let size = 1 << 22; size >= 1; size >>= 1) {
        try {
          for (;;) localStorage.setItem(`filler-${Math.random()}`, 'x'.repeat(size))
        } catch {
          // Half as much may still fit.
        }
      }
    })
    await tess.composer.pressSequentially('no room for a draft')
    await tess.composer.press('Enter')
    await tess.sees('no room for a draft')
    expect(await tess.composer.inputValue()).toBe('')
  })

  test('a hostile text is a text', async () => {
    const {
      people: [, kate],
      id,
      path,
    } = await newGroup(app, 'Hostile', 'jane', 'kate')
    const hostile = [
      '<img src=x onerror="document.title=1">',
      '<script>document.title=1</script>',
      '[press me](javascript:document.title=1)',
      '![](https://example.org/spy.png)',
      '<a href="data:text/html,x">x</a>',
    ]
    for (const text of hostile) await write(kate, id, text)
    const jane = await signedIn(app.url, 'jane', { path })
    await jane.message('data:text/html').waitFor()
    await jane.sees('press me')
    expect(await jane.log.locator('img[src*=example], script, [onerror]').count()).toBe(0)
    expect(await jane.log.locator('a:not([href^="https://"])').count()).toBe(0)
    expect(await jane.page.title()).toBe('Hostile · Parley')
  })

  test('two tabs of one browser show the same, whichever one writes in', async () => {
    const { path } = await newGroup(app, 'Tabs', 'lara')
    const first = await signedIn(app.url, 'lara', { path })
    const second = await first.newTab(path)
    await first.say('from the first')
    await second.sees('from the first')
    await second.say('from the second')
    await first.sees('from the second')
    for (const tab of [first, second]) {
      expect(await tab.texts()).toEqual(['from the first', 'from the second'])
    }
  })
})

async function focused(person: Person, label: string): Promise<void> {
  const isFocused = () =>
    person.page.getByLabel(label).evaluate((it) => it === document.activeElement)
  await expect.poll(isFocused).toBe(true)
}

/** As many presses of the tabulator as it takes; not for ever. */
async function tabTo(person: Person, target: ReturnType<Person['row']>): Promise<void> {
  for (let presses = 0; presses < 40; presses++) {
    if (await target.evaluate((it) => it === document.activeElement)) return
    await person.page.keyboard.press('Tab')
  }
  throw new Error('unable to reach it by the tabulator')
}

/** Nothing is wider than the screen. */
async function expectToFit({ page }: Person): Promise<void> {
  expect(
    await page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
  ).toBeLessThanOrEqual(0)
}
