import { Listeners } from './listeners.ts'

/** Something that changes and can be watched. What changes several times in one go, as while a
 *  replay comes in, is told once. */
export class Observable {
  readonly #listeners = new Listeners<void>()
  #due = false

  /** Calls the listener after each change. Returns the function that ends it. Needs no `this`. */
  readonly subscribe = (listener: () => void): (() => void) => this.#listeners.add(() => listener())

  /** @internal Something changed. */
  note(): void {
    if (this.#due) return
    this.#due = true
    queueMicrotask(() => {
      this.#due = false
      this.#listeners.call()
    })
  }
}
