/** The list of messages as it is on the screen: which of them are there, and where. */
import type { Locator } from 'playwright-core'
import { vi } from 'vitest'
import type { Person } from './person.ts'

interface Loaded {
  /** Seqs: of the first and the last that are loaded, and of the one in the middle of the view. */
  first: number
  last: number
  middle: number
}

export class MessageView {
  readonly #person: Person

  constructor(person: Person) {
    this.#person = person
  }

  row(seq: number): Locator {
    return this.#person.log.locator(`[data-seq="${seq}"]`)
  }

  /** Resolves once it is in view, whole. */
  async shows(seq: number): Promise<void> {
    await this.row(seq).waitFor()
    const isShown = (): Promise<boolean> =>
      this.row(seq).evaluate((row) => {
        const [it, view] = [row, row.closest('.message-list') ?? row].map((element) =>
          element.getBoundingClientRect(),
        )
        return it && view ? it.top >= view.top - 1 && it.bottom <= view.bottom + 1 : false
      })
    await vi.waitUntil(isShown, { timeout: 30_000 })
  }

  /** How far below the upper edge of the window it ends, in pixels: the heading above its text may
   *  come and go with its neighbours. */
  placeOf(seq: number): Promise<number> {
    return this.row(seq).evaluate((row) => row.getBoundingClientRect().bottom)
  }

  loaded(): Promise<Loaded> {
    return this.#person.log.evaluate((log) => {
      const rows = [...log.querySelectorAll<HTMLElement>('[data-seq]')]
      const view = (log.closest('.message-list') ?? log).getBoundingClientRect()
      const middle = rows.find(
        (row) => row.getBoundingClientRect().bottom > (view.top + view.bottom) / 2,
      )
      const [first, last, inMiddle] = [rows[0], rows.at(-1), middle].map((row) =>
        Number(row?.dataset['seq']),
      )
      return { first: first ?? NaN, last: last ?? NaN, middle: inMiddle ?? NaN }
    })
  }

  /** To an end of what is loaded. */
  async scrollTo(end: 'beginning' | 'end'): Promise<Loaded> {
    await this.#person.log.evaluate((log, end) => {
      const view = log.closest('.message-list')
      if (view) view.scrollTop = end === 'end' ? view.scrollHeight : 0
    }, end)
    return this.loaded()
  }

  /** Resolves once this much is loaded. */
  async reaches({ first = Infinity, last = 0 }: { first?: number; last?: number }): Promise<void> {
    const isThere = async (): Promise<boolean> => {
      const loaded = await this.loaded()
      return loaded.first <= first && loaded.last >= last
    }
    await vi.waitUntil(isThere, { timeout: 30_000, interval: 20 })
  }

  /** Resolves once there is a row for every entry of what is loaded: the lines between the messages
   *  come after them. For rooms in which no two entries share a line. */
  async isWhole(): Promise<void> {
    const isThere = async (): Promise<boolean> => {
      const { first, last } = await this.loaded()
      const rows = await this.#person.log.locator('[data-seq], .news-line').count()
      return rows === last - first + 1
    }
    await vi.waitUntil(isThere, { timeout: 30_000, interval: 20 })
  }

  /** Pages of the history wait on their way until they are released. */
  async holdHistory(): Promise<() => void> {
    let release = (): void => {}
    const released = new Promise<void>((resolve) => (release = resolve))
    await this.#person.page.route('**/v1/rooms/*/messages?*', async (route) => {
      await released
      await route.continue()
    })
    return release
  }

  /** Turns the wheel until this message is loaded. */
  async travel(way: 'up' | 'down', seq: number): Promise<void> {
    const { page } = this.#person
    const box = await page.locator('.message-list').boundingBox()
    if (!box) throw new Error('unable to turn the wheel; there is no list')
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
    const isThere = async (): Promise<boolean> => {
      await page.mouse.wheel(0, way === 'up' ? -4000 : 4000)
      const { first, last } = await this.loaded()
      return way === 'up' ? first <= seq : last >= seq
    }
    await vi.waitUntil(isThere, { timeout: 30_000, interval: 20 })
  }
}
