/** Every page: how fast it is there, and whether everybody can use it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startApp } from '../../server/test/start-app.ts'
import type { Started } from '../../server/test/start-app.ts'
import { faultsOn } from './accessibility.ts'
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

  test('the first load is small, and soon there', async () => {
    const eve = await visitor(app.url)
    const sizes: Promise<number>[] = []
    eve.page.on('requestfinished', (request) =>
      sizes.push(request.sizes().then(({ responseBodySize }) => responseBodySize)),
    )
    await eve.page.goto(app.url, { waitUntil: 'networkidle' })
    await eve.signInButton.waitFor()
    const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
    expect(bytes).toBeGreaterThan(20_000) // it measures something
    expect(bytes).toBeLessThan(60_000)
    const readyMs = await eve.page.evaluate(
      () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Infinity,
    )
    expect(readyMs).toBeLessThan(3000) // less than 1 on a machine of one's own
  })

  test('the first page leads to the documents that there are', async () => {
    const bare = await startApp({ env: { DOCS: 'off' } })
    for (const { url } of [app, bare]) {
      const eve = await visitor(url)
      await eve.goTo('/sign-up')
      const links = eve.page.getByRole('navigation', { name: 'Documentation' }).getByRole('link')
      await links.first().waitFor()
      const paths = await links.evaluateAll((all) => all.map((link) => link.getAttribute('href')))
      expect(paths.includes('/docs')).toBe(url === app.url)
      for (const path of paths)
        expect([path, (await fetch(url + path)).status]).toEqual([path, 200])
    }
    await bare.close()
  })

  test('axe finds nothing serious on the pages of visitors, in light and in dark', async () => {
    const eve = await visitor(app.url)
    const faults: string[] = []
    for (const path of ['/', '/sign-up', '/forgot-password', '/account.html#reset-password/x']) {
      await eve.goTo(path)
      await eve.page.getByRole('heading', { level: 1 }).waitFor()
      faults.push(...(await faultsInBothThemes(eve)))
    }
    expect(faults).toEqual([])
  })

  test('axe finds nothing serious on the pages of people and administrators, in light and in dark', async () => {
    const { people, id, path } = await newGroup(app, 'Everything', 'ada', 'grace')
    const [ada, grace] = people
    await app.app.services.administration.promote('ada')
    await ada.rooms.openDirect(grace.userId)
    await ada.rooms.create({ kind: 'channel', name: 'News', topic: 'What is new' })
    for (const text of [
      'Hello',
      '**bold** `code` https://example.org',
      '> quoted\n\n- one\n- two',
    ]) {
      await write(grace, id, text)
    }
    const person = await signedIn(app.url, 'ada', { path })
    await person.say('mine')
    await person.sees('mine')
    const faults = await faultsInBothThemes(person)
    for (const place of ['/', '/people', '/channels', '/settings', '/admin', '/rooms/none/none']) {
      await turnTo(person, place)
      for (const section of [place, ...(await sectionsOf(person, place))]) {
        await turnTo(person, section)
        faults.push(...(await faultsInBothThemes(person, 'main'))) // the rest was seen above
      }
    }
    await turnTo(person, path)
    for (const key of ['Control+k', '?']) {
      await person.page.getByRole('heading', { name: 'Everything' }).click() // out of the composer
      await person.page.keyboard.press(key)
      await person.page.getByRole('dialog').waitFor()
      faults.push(...(await faultsInBothThemes(person)))
      await person.page.keyboard.press('Escape')
    }
    expect(faults).toEqual([])
  })

  test('no page is wider than a phone', async () => {
    const { path } = await newGroup(app, 'A room for phones', 'fay', 'gil')
    await app.app.services.administration.promote('fay')
    const fay = await signedIn(app.url, 'fay', { path, ...phone })
    for (const place of [path, '/people', '/channels', '/settings', '/admin']) {
      await turnTo(fay, place)
      for (const section of [place, ...(await sectionsOf(fay, place))]) {
        await turnTo(fay, section)
        const tooWide = await fay.page.evaluate(
          () => document.documentElement.scrollWidth - innerWidth,
        )
        expect([section, Math.max(0, tooWide)]).toEqual([section, 0])
      }
    }
  })

  test('the chosen colours are there again after a reload, before anything is painted', async () => {
    await app.person('hal')
    const hal = await signedIn(app.url, 'hal', { path: '/settings/appearance' })
    const colour = () => hal.page.evaluate(() => getComputedStyle(document.body).backgroundColor)
    const light = await colour()
    await hal.page.getByRole('radio', { name: 'Dark' }).check({ force: true })
    await expect.poll(colour).not.toBe(light)
    const dark = await colour()
    await hal.page.reload()
    expect(await colour()).toBe(dark)
    await hal.page.getByRole('radio', { name: 'Light' }).check({ force: true })
    await expect.poll(colour).toBe(light)
  })

  test('Control and K lead to a room by its name', async () => {
    const { people, id } = await newGroup(app, 'Harbour', 'kim')
    await write(people[0], id, 'ships')
    const kim = await signedIn(app.url, 'kim')
    await kim.row('Harbour').waitFor()
    await kim.page.keyboard.press('Control+k')
    await kim.page.keyboard.type('harb')
    await kim.page.getByRole('dialog').getByText('Harbour').waitFor()
    await kim.page.keyboard.press('Enter')
    await kim.sees('ships')
  })

  test('an address that leads nowhere says so', async () => {
    await app.person('lou')
    const lou = await signedIn(app.url, 'lou')
    for (const path of [
      '/rooms/none',
      `/rooms/${crypto.randomUUID()}`,
      `/rooms/${crypto.randomUUID()}/7`,
    ]) {
      await lou.goTo(path)
      await lou.page.getByRole('heading', { name: 'This room is not open to you' }).waitFor()
    }
    await lou.goTo('/rooms/none/none')
    await lou.page.getByRole('heading', { name: 'There is nothing here' }).waitFor()
  })
})

/** By the address, without loading everything again. */
async function turnTo({ page }: Person, path: string): Promise<void> {
  await page.evaluate((path) => {
    history.pushState(null, '', path)
    dispatchEvent(new PopStateEvent('popstate'))
  }, path)
  // Its code, and what it shows, may have to be fetched.
  await page.getByRole('main').getByRole('heading').first().waitFor()
  await expect.poll(() => page.getByRole('main').locator('[aria-busy=true]').count()).toBe(0)
}

/** Links of the page to its own parts. */
function sectionsOf({ page }: Person, path: string): Promise<string[]> {
  if (path === '/') return Promise.resolve([])
  return page
    .getByRole('main')
    .locator(`a[href^="${path}/"]`)
    .evaluateAll((links) => [...new Set(links.map((link) => link.getAttribute('href') ?? ''))])
}

async function faultsInBothThemes(person: Person, within?: string): Promise<string[]> {
  await wear(person, 'light')
  const light = await faultsOn(person, { within })
  await wear(person, 'dark')
  return [...light, ...(await faultsOn(person, { within, rules: ['color-contrast'] }))]
}

/** Without the moment in which the colours change. */
async function wear({ page }: Person, colorScheme: 'light' | 'dark'): Promise<void> {
  await page.evaluate(() => {
    if (document.adoptedStyleSheets.length > 0) return
    const still = new CSSStyleSheet()
    still.replaceSync('* { transition: none !important }')
    document.adoptedStyleSheets = [still]
  })
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
}
