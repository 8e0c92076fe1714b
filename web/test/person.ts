/** Somebody at a browser of her own: what she sees and does on a page of Parley. */
import type { BrowserContext, Locator, Page } from 'playwright-core'

/** How Chromium tells that a request or a socket found no server. */
const lineFault = /net::ERR_|WebSocket connection to|status of 50[234]/

export class Person {
  readonly page: Page
  readonly context: BrowserContext
  /** Where her Parley is. */
  readonly origin: string
  readonly #complaints: string[] = []
  readonly #excused: RegExp[] = []
  readonly #onPage: (person: Person) => void

  constructor(page: Page, origin: string, onPage: (person: Person) => void) {
    this.page = page
    this.context = page.context()
    this.origin = origin
    this.#onPage = onPage
    onPage(this)
    page.on('console', (line) => {
      if (line.type() === 'error') this.#complaints.push(`${line.text()} ${line.location().url}`)
    })
    page.on('pageerror', (error) => this.#complaints.push(error.stack ?? error.message))
  }

  /** Errors in the browser's console, violations of the content policy among them, and exceptions. */
  get complaints(): readonly string[] {
    return this.#complaints.filter((line) => !this.#excused.some((excuse) => excuse.test(line)))
  }

  /** The console may say this: the test brings it about. */
  excuse(...lines: RegExp[]): void {
    this.#excused.push(...lines)
  }

  /** The line is going to be lost. */
  excuseLine(): void {
    this.excuse(lineFault)
  }

  async goTo(path: string): Promise<void> {
    await this.page.goto(this.origin + path)
  }

  /** Another tab of the same browser. */
  async newTab(path = '/'): Promise<Person> {
    const tab = new Person(await this.context.newPage(), this.origin, this.#onPage)
    await tab.goTo(path)
    return tab
  }

  get signInButton(): Locator {
    return this.page.getByRole('button', { name: 'Sign in', exact: true })
  }

  /** By the form, as one of `startApp`'s people. */
  async signIn(username: string): Promise<void> {
    await this.page.getByLabel('Username or e-mail').fill(username)
    await this.page.getByLabel('Password').fill(`${username} at parley`)
    await this.signInButton.click()
  }

  get log(): Locator {
    return this.page.getByRole('log')
  }

  get composer(): Locator {
    return this.page.getByRole('textbox', { name: /^Message to / })
  }

  /** The row of a room in the list. */
  row(room: string): Locator {
    const rooms = this.page.getByRole('navigation', { name: 'Rooms' })
    return rooms.getByRole('link').filter({ has: this.page.locator('.name', { hasText: room }) })
  }

  /** Goes to a room by the list. */
  async enter(room: string): Promise<void> {
    await this.row(room).click()
    await this.page.getByRole('heading', { name: room }).waitFor()
    await this.log.waitFor()
  }

  async say(text: string): Promise<void> {
    await this.composer.fill(text)
    await this.composer.press('Enter')
  }

  message(text: string | RegExp): Locator {
    return this.log.getByRole('article').filter({ hasText: text })
  }

  /** Resolves once the message is in the list, and stored. */
  async sees(text: string): Promise<void> {
    await this.log.locator('article[data-state=sent]').filter({ hasText: text }).waitFor()
  }

  /** What is in the list, from above, scrolled away or not. */
  texts(): Promise<string[]> {
    return this.log.locator('article .text').allInnerTexts()
  }

  /** Chooses something in the tools of a message. */
  async act(text: string, tool: 'Reply' | 'Edit' | 'More'): Promise<void> {
    await this.message(text).hover()
    await this.message(text).getByRole('button', { name: tool }).click()
  }
}
