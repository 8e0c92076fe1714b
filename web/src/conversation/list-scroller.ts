import { anchorsIn, byTrust, isAtEnd, placeOf } from './anchor.ts'
import type { Anchor, Place } from './anchor.ts'

interface ListScrollerDeps {
  /** What scrolls. */
  view: HTMLElement
  /** Its rows are its children: with `data-key` where they keep their place among the others, stored
   *  messages with `data-seq` too. */
  list: HTMLElement
  /** It scrolled, or what is in it changed. */
  onMoved: () => void
}

/** Keeps the place of a list that grows at both ends: at the end it follows what comes, elsewhere
 *  the rows in view stay where they are. The browser's own anchoring is off (not all have it, and
 *  none at the upper end). */
export class ListScroller {
  readonly #deps: ListScrollerDeps
  readonly #resizes: ResizeObserver
  #anchors: readonly Anchor[] = []
  #atEnd = true
  #top = 0
  /** The row that was scrolled to: it keeps the place until the reader scrolls herself. */
  #pinned: string | undefined
  /** There is nothing newer than what is shown: at the end it follows what comes. */
  followEnd = true

  constructor(deps: ListScrollerDeps) {
    this.#deps = deps
    this.#resizes = new ResizeObserver(() => this.restore())
    this.#resizes.observe(deps.view)
    this.#resizes.observe(deps.list)
    deps.view.addEventListener('scroll', this.#scrolled, { passive: true })
  }

  get atEnd(): boolean {
    return this.#atEnd
  }

  /** How far above the end, in heights of the view. */
  get screensFromEnd(): number {
    const { scrollTop, clientHeight, scrollHeight } = this.#deps.view
    return (scrollHeight - scrollTop) / Math.max(1, clientHeight) - 1
  }

  get screensFromBeginning(): number {
    const { scrollTop, clientHeight } = this.#deps.view
    return scrollTop / Math.max(1, clientHeight)
  }

  close(): void {
    this.#resizes.disconnect()
    this.#deps.view.removeEventListener('scroll', this.#scrolled)
  }

  /** After every rendering. */
  restore(): void {
    const { view } = this.#deps
    const scrolled = this.#scrolledSince()
    if (this.#atEnd && this.followEnd && scrolled >= 0) view.scrollTop = view.scrollHeight
    else {
      const top = placeOf(this.#anchors, this.#places())
      if (top !== undefined && Math.abs(top + scrolled - view.scrollTop) >= 1) {
        view.scrollTop = top + scrolled
      }
    }
    this.#remember()
  }

  /** How far the reader has scrolled without an event having told it yet. A list that became
   *  shorter moves the view too: that is not her doing. */
  #scrolledSince(): number {
    const { scrollTop, scrollHeight, clientHeight } = this.#deps.view
    return this.#top > scrollHeight - clientHeight ? 0 : scrollTop - this.#top
  }

  toEnd(): void {
    this.#deps.view.scrollTop = this.#deps.view.scrollHeight
    this.#remember()
  }

  /** Puts a row at a part of the view's height, `0` the upper edge; false where it is not there. */
  toRow(selector: string, part: number): boolean {
    const { view, list } = this.#deps
    const row = list.querySelector(selector)
    if (!row) return false
    const { top, height } = row.getBoundingClientRect()
    const room = Math.max(0, view.clientHeight - height)
    view.scrollTop += top - view.getBoundingClientRect().top - room * part
    this.#pinned = row instanceof HTMLElement ? row.dataset['key'] : undefined
    this.#remember()
    return true
  }

  /** The messages in view: the first, and the last that is seen whole. */
  seqsInView(): { first: number; last: number } | undefined {
    const edges = this.#deps.view.getBoundingClientRect()
    const shown: { seq: number; isWhole: boolean }[] = []
    for (const row of this.#deps.list.querySelectorAll<HTMLElement>('[data-seq]')) {
      const { top, bottom } = row.getBoundingClientRect()
      if (top >= edges.bottom) break
      const isWhole = bottom <= edges.bottom + 4
      if (bottom > edges.top) shown.push({ seq: Number(row.dataset['seq']), isWhole })
    }
    const first = shown[0]
    return (
      first && {
        first: first.seq,
        last: shown.findLast(({ isWhole }) => isWhole)?.seq ?? first.seq,
      }
    )
  }

  readonly #scrolled = (): void => {
    if (Math.abs(this.#deps.view.scrollTop - this.#top) >= 1) this.#pinned = undefined
    this.#remember()
    this.#deps.onMoved()
  }

  #remember(): void {
    const { view } = this.#deps
    this.#top = view.scrollTop
    this.#atEnd = isAtEnd(view.scrollTop, view.clientHeight, view.scrollHeight)
    // At the end none is needed, and in a burst of messages there is no time to look.
    if (this.#atEnd && this.followEnd) return void (this.#anchors = [])
    const inView = anchorsIn(this.#places(), view.scrollTop, view.clientHeight)
    const anchors = byTrust(inView, this.#anchors, view.clientHeight)
    const pinned = anchors.filter(({ key }) => key === this.#pinned)
    this.#anchors = [...pinned, ...anchors]
  }

  #places(): Place[] {
    const { view, list } = this.#deps
    const origin = view.getBoundingClientRect().top - view.scrollTop
    return [...list.querySelectorAll<HTMLElement>(':scope > [data-key]')].map((row) => {
      const { top, bottom } = row.getBoundingClientRect()
      return { key: row.dataset['key'] ?? '', top: top - origin, bottom: bottom - origin }
    })
  }
}
